import { h, reconcile, setHidden, setText } from "../src/dom.js";
import { ENTRIES } from "./api.js";
import type { Page } from "./api.js";
import { button, newId } from "./controls.js";
import { wording } from "./errors.js";

export interface Entry {
  id: string;
  title: string;
  hash: string;
  /** A word about its state, where it is worth one. */
  mark: string;
}

/** One of the two lists of the sidebar: the newest entries, and more when they are asked for. */
export class Entries {
  readonly el: HTMLElement;
  readonly #read: (page: number) => Promise<Page<Entry>>;
  readonly #list = h("ul", {});
  readonly #empty: HTMLElement;
  readonly #error = h("p", { class: "error", role: "alert", hidden: true });
  readonly #more: HTMLButtonElement;
  readonly #links = new Map<string, HTMLLIElement>();
  #entries: Entry[] = [];
  #total = 0;
  #open = "";

  constructor(name: string, empty: string, read: (page: number) => Promise<Page<Entry>>) {
    this.#read = read;
    const heading = h("h2", { id: newId() }, name);
    this.#empty = h("p", { class: "empty", hidden: true }, empty);
    this.#more = button("Show more", () => void this.#readMore(), "quiet more");
    this.el = h(
      "section",
      { "aria-labelledby": heading.id },
      heading,
      this.#list,
      this.#empty,
      this.#error,
      this.#more,
    );
    this.#more.hidden = true;
  }

  /** Reads the newest entries; what else was shown stays below them. */
  refresh(): Promise<void> {
    return this.#take(1, (fresh) => [...fresh, ...without(this.#entries, fresh)]);
  }

  remove(id: string): void {
    const left = this.#entries.filter((entry) => entry.id !== id);
    this.#total -= this.#entries.length - left.length;
    this.#entries = left;
    this.#show();
  }

  /** Marks the entry that is open. */
  open(hash: string): void {
    this.#open = hash;
    this.#show();
  }

  async #readMore(): Promise<void> {
    const before = this.#entries.length;
    this.#more.disabled = true;
    const page = Math.floor(before / ENTRIES) + 1;
    await this.#take(page, (fresh) => [...this.#entries, ...without(fresh, this.#entries)]);
    this.#more.disabled = false;
    // The button may be gone: the keyboard goes on at the first entry that is new.
    this.#links.get(this.#entries[before]?.id ?? "")?.querySelector("a")?.focus();
  }

  async #take(page: number, join: (fresh: Entry[]) => Entry[]): Promise<void> {
    try {
      const { items, total } = await this.#read(page);
      this.#entries = join(items);
      this.#total = total;
      setHidden(this.#error, true);
      this.#show();
    } catch (error) {
      setText(this.#error, wording(error));
      setHidden(this.#error, false);
    }
  }

  #show(): void {
    reconcile(this.#list, this.#entries.map((entry) => this.#item(entry)));
    setHidden(this.#empty, this.#entries.length > 0);
    setHidden(this.#more, this.#entries.length >= this.#total);
  }

  #item(entry: Entry): HTMLLIElement {
    const item = this.#links.get(entry.id) ?? h("li", {}, h("a", {}, h("span", { class: "name" }), h("span", { class: "mark" })));
    this.#links.set(entry.id, item);
    const link = item.querySelector("a");
    const [name, mark] = item.querySelectorAll("span");
    if (!link || !name || !mark) return item;
    link.setAttribute("href", entry.hash);
    link.title = entry.title;
    if (entry.hash === this.#open) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
    setText(name, entry.title);
    setText(mark, entry.mark);
    setHidden(mark, entry.mark === "");
    return item;
  }
}

function without(entries: Entry[], others: Entry[]): Entry[] {
  const ids = new Set(others.map(({ id }) => id));
  return entries.filter(({ id }) => !ids.has(id));
}
