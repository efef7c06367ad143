import { copyButton } from "./copy.js";
import { h } from "./dom.js";
import { highlight } from "./highlight.js";
import { whenIdle } from "./idle.js";
import { merge } from "./merge.js";
import { finalLength, render } from "./parser.js";
import type { Definitions } from "./parser.js";
import { sanitize } from "./sanitize.js";

/** Beyond this a text is shown as it is written: parsing it would hold up the page. */
const MAX_LENGTH = 100_000;

/** Markdown from anybody to nodes that are safe to show. */
export function toFragment(source: string, definitions: Definitions = {}): DocumentFragment {
  const fragment = sanitize(render(source, definitions));
  wrapTables(fragment);
  return fragment;
}

/**
 * Shows a text that grows.
 *
 * Blocks that no further text can change are drawn once and left alone; each update parses
 * from the start of the last open block only, so its cost does not grow with the reply.
 */
export class MarkdownView {
  readonly el = h("div", { class: "md" });
  #source = "";
  #done = false;
  #final = 0;
  #finalNodes = 0;
  #definitions: Definitions = {};

  update(text: string, done: boolean): void {
    const source = text.includes("\r") ? text.replace(/\r\n?/g, "\n") : text;
    if (source === this.#source && done === this.#done) return;
    if (this.#done || !source.startsWith(this.#source)) this.#reset();
    this.#source = source;
    this.#done = done;
    if (source.length > MAX_LENGTH) this.#showPlain();
    else this.#showBlocks();
  }

  #reset(): void {
    this.el.replaceChildren();
    this.#final = 0;
    this.#finalNodes = 0;
    this.#definitions = {};
  }

  #showBlocks(): void {
    const rest = this.#source.slice(this.#final);
    const length = this.#done ? rest.length : finalLength(rest, this.#definitions);
    const fragment = this.#settle(rest.slice(0, length));
    const finalNodes = this.#finalNodes + fragment.childNodes.length;
    fragment.append(this.#open(rest.slice(length)));
    merge(this.el, this.#finalNodes, fragment);
    this.#final += length;
    this.#finalNodes = finalNodes;
    if (this.#done && this.#final > length) this.#resolveLate();
  }

  /** Blocks that no further text can change; their definitions hold for all that follows. */
  #settle(source: string): DocumentFragment {
    const fragment = toFragment(source, this.#definitions);
    fragment.querySelectorAll("pre").forEach(finishCode);
    return fragment;
  }

  /** The rest may change: what it defines now, half written, must not stay. */
  #open(source: string): DocumentFragment {
    return toFragment(source, { references: { ...this.#definitions.references } });
  }

  /** A definition that came after its use changes blocks that were already drawn. */
  #resolveLate(): void {
    if (Object.keys(this.#definitions.references ?? {}).length === 0) return;
    this.#reset();
    this.el.append(this.#settle(this.#source));
  }

  #showPlain(): void {
    this.#reset();
    this.el.append(h("div", { class: "plain" }, this.#source));
  }
}

/** Code gets its colours and its button once it is whole: half a block would be coloured anew at each token. */
function finishCode(pre: HTMLPreElement): void {
  const code = pre.querySelector("code");
  if (!code) return;
  const text = code.textContent ?? "";
  const language = code.className.replace("language-", "");
  whenIdle(() => {
    const coloured = highlight(text, language);
    if (coloured) code.replaceChildren(coloured);
  });
  const bar = h("div", { class: "bar" }, h("span", {}, language));
  bar.append(copyButton("Copy code", () => text));
  const frame = h("div", { class: "code" });
  pre.replaceWith(frame);
  pre.tabIndex = 0;
  frame.append(bar, pre);
}

/** A wide table scrolls by itself instead of widening the page. */
function wrapTables(fragment: DocumentFragment): void {
  for (const table of fragment.querySelectorAll("table")) {
    const frame = h("div", { class: "table", tabindex: "0" });
    table.replaceWith(frame);
    frame.append(table);
  }
}
