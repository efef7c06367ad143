/** Small helpers for building elements without ever going through markup. */

type Attributes = Record<string, string | boolean>;

export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== false) element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Sets text only when it differs: a rewrite drops the reader's selection and speaks again. */
export function setText(element: Element, text: string): void {
  if (element.textContent !== text) element.textContent = text;
}

export function setHidden(element: HTMLElement, hidden: boolean): void {
  if (element.hidden !== hidden) element.hidden = hidden;
}

/** Makes `parent` hold exactly `nodes`, in order, moving as few of them as it can. */
export function reconcile(parent: Element, nodes: readonly Node[]): void {
  const wanted = new Set(nodes);
  for (const child of [...parent.childNodes]) if (!wanted.has(child)) child.remove();
  nodes.forEach((node, at) => {
    if (parent.childNodes[at] !== node) parent.insertBefore(node, parent.childNodes[at] ?? null);
  });
}

const COLOUR = /^#[0-9a-f]{3,8}$/i;

/** Colours come from other users: anything but a plain hex colour is dropped. */
export function setColour(element: HTMLElement, colour: string | null | undefined): void {
  if (colour && COLOUR.test(colour)) element.style.setProperty("--c", colour);
  else element.style.removeProperty("--c");
}
