type Theme = "dark" | "light";
type Rgba = [number, number, number, number];

/** Notebooks load a theme's style sheet after they announce it: look again when it has come. */
const SETTLE_MS = 300;
const NUMBERS = /[\d.]+(?:e-?\d+)?/g;

/** Keeps `data-theme` on `target` in step with what is painted around it. */
export function followTheme(target: HTMLElement): () => void {
  const media = window.matchMedia("(prefers-color-scheme: dark)");
  let timer = 0;
  const apply = (): void => {
    const theme = surroundings(target) ?? (media.matches ? "dark" : "light");
    if (target.dataset["theme"] !== theme) target.dataset["theme"] = theme;
  };
  const reconsider = (): void => {
    apply();
    clearTimeout(timer);
    timer = window.setTimeout(apply, SETTLE_MS);
  };
  const observer = new MutationObserver(reconsider);
  const attributeFilter = ["class", "style", "data-jp-theme-light", "data-theme", "data-vscode-theme-kind"];
  observer.observe(document.body, { attributes: true, attributeFilter });
  observer.observe(document.documentElement, { attributes: true, attributeFilter });
  media.addEventListener("change", reconsider);
  reconsider();
  return () => {
    observer.disconnect();
    media.removeEventListener("change", reconsider);
    clearTimeout(timer);
  };
}

/** The theme of the nearest painted background; null on a page that paints none. */
function surroundings(target: HTMLElement): Theme | null {
  for (let at = above(target); at; at = above(at)) {
    const colour = parse(getComputedStyle(at).backgroundColor);
    if (colour && colour[3] > 0.5) return luminance(colour) < 0.4 ? "dark" : "light";
  }
  return null;
}

function above(element: Element): Element | null {
  if (element.parentElement) return element.parentElement;
  const root = element.getRootNode();
  return root instanceof ShadowRoot ? root.host : null;
}

function parse(colour: string): Rgba | null {
  const scale = colour.startsWith("rgb") ? 255 : colour.startsWith("color(srgb ") ? 1 : 0;
  const [r, g, b, a = 1] = (colour.match(NUMBERS) ?? []).map(Number);
  if (!scale || r === undefined || g === undefined || b === undefined) return null;
  return [r / scale, g / scale, b / scale, a];
}

/** Perceived lightness without the gamma round trip: good enough to tell dark from light. */
function luminance([r, g, b]: Rgba): number {
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
