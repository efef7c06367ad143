import { h, reconcile, setHidden, setText } from "../src/dom.js";
import type { Page } from "./api.js";
import { button, newId } from "./controls.js";
import { wording } from "./errors.js";
import { Listing } from "./listing.js";

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
  readonly #listing: Listing<Entry>;
  readonly #list = h("ul", {});
  readonly #empty: HTMLElement;
  readonly #error = h("p", { class: "error", role: "alert", hidden: true });
  readonly #more: HTMLButtonElement;
  readonly #links = new Map<string, HTMLLIElement>();
  #open = "";

  constructor(name: string, empty: string, read: (page: number) => Promise<Page<Entry>>) {
    this.#listing = new Listing(read);
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

  /** Reads anew all that is shown: what is gone elsewhere goes here, too. */
  refresh(): Promise<void> {
    return this.#take(this.#listing.refresh());
  }

  /** What was deleted goes at once. */
  remove(id: string): void {
    this.#listing.remove(id);
    this.#show();
    void this.refresh();
  }

  /** Marks the entry that is open. */
  open(hash: string): void {
    this.#open = hash;
    this.#show();
  }

  async #readMore(): Promise<void> {
    const before = this.#listing.items.length;
    this.#more.disabled = true;
    await this.#take(this.#listing.more());
    this.#more.disabled = false;
    // The button may be gone: the keyboard goes on at the first entry that is new.
    this.#links.get(this.#listing.items[before]?.id ?? "")?.querySelector("a")?.focus();
  }

  async #take(read: Promise<boolean>): Promise<void> {
    try {
      if (!(await read)) return;
      setHidden(this.#error, true);
      this.#show();
    } catch (error) {
      setText(this.#error, wording(error));
      setHidden(this.#error, false);
    }
  }

  #show(): void {
    const { items, total } = this.#listing;
    reconcile(this.#list, items.map((entry) => this.#item(entry)));
    setHidden(this.#empty, items.length > 0);
    setHidden(this.#more, items.length >= total);
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
