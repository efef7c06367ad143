import MarkdownIt from "markdown-it";
import type { Env, StateCore, Token } from "markdown-it";

/** Link reference definitions seen so far; markdown-it writes into it. */
export type Definitions = Env;

const md = new MarkdownIt({ html: false, linkify: true, breaks: false });
// A bare word such as "readme.md" or "main.py" is a file far more often than a domain.
md.linkify.set({ fuzzyLink: false, fuzzyEmail: false });

md.core.ruler.push("images_to_links", imagesToLinks);
md.core.ruler.push("align_attributes", alignAttributes);
md.renderer.rules.fence = (tokens, index) => code(tokens[index]?.content, tokens[index]?.info);
md.renderer.rules.code_block = (tokens, index) => code(tokens[index]?.content, "");

export function render(source: string, definitions: Definitions): string {
  return md.render(source, definitions);
}

/**
 * How much of a growing text is final: the offset where its last, still open block begins.
 *
 * Only whole lines are looked at, because the first characters of a line do not tell what it
 * will be: "2" may become the item "2." of the list above it. Lines must end with "\n".
 */
export function finalLength(source: string, definitions: Definitions): number {
  const whole = source.slice(0, source.lastIndexOf("\n") + 1);
  if (whole === "") return 0;
  const tokens: Token[] = [];
  md.block.parse(whole, md, { references: { ...definitions.references } }, tokens);
  const block = tokens.findLast((token) => token.level === 0 && token.nesting >= 0 && token.map);
  if (!block?.map) return 0;
  const [first, after] = block.map;
  return lineOffset(whole, isClosedFence(block) ? after : first);
}

function isClosedFence(token: Token): boolean {
  if (token.type !== "fence" || !token.map) return false;
  const lines = token.content.split("\n").length - 1;
  return token.map[1] - token.map[0] === lines + 2;
}

function lineOffset(source: string, line: number): number {
  let offset = 0;
  for (let at = 0; at < line; at++) offset = source.indexOf("\n", offset) + 1;
  return offset;
}

/** Nothing is ever fetched on behalf of a model: an image is offered as a link to follow. */
function imagesToLinks(state: StateCore): void {
  for (const token of state.tokens) {
    if (token.children?.some((child) => child.type === "image")) {
      token.children = withoutImages(state, token.children);
    }
  }
}

function withoutImages(state: StateCore, tokens: Token[]): Token[] {
  let links = 0;
  return tokens.flatMap((token) => {
    if (token.type === "link_open") links++;
    if (token.type === "link_close") links--;
    if (token.type !== "image") return token;
    const href = String(token.attrGet("src") ?? "");
    const text = new state.Token("text", "", 0);
    text.content = `🖼 ${token.content || href}`;
    if (links > 0) return text;
    const open = new state.Token("link_open", "a", 1);
    open.attrSet("href", href);
    return [open, text, new state.Token("link_close", "a", -1)];
  });
}

/** Table cells are aligned by an inline style, which a strict content policy refuses. */
function alignAttributes(state: StateCore): void {
  for (const token of state.tokens) {
    const style = token.type === "th_open" || token.type === "td_open" ? token.attrGet("style") : null;
    if (style) token.attrs = [["align", String(style).replace("text-align:", "")]];
  }
}

function code(content = "", info = ""): string {
  const language = /^[\w+#-]{1,20}/.exec(info.trim())?.[0].toLowerCase();
  const attribute = language ? ` class="language-${language}"` : "";
  return `<pre><code${attribute}>${md.utils.escapeHtml(content)}</code></pre>\n`;
}
