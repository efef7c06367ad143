import { h, reconcile, setHidden, setText } from "../src/dom.js";
import type { Api } from "./api.js";
import { button } from "./controls.js";
import { Reading } from "./reading.js";
import type { Subject } from "./tabs.js";
import type { View } from "./view.js";

interface Named {
  id: number;
  name: string;
}

/** The buttons of a card, by what stands on them. */
type Acts<T> = Record<string, (item: T) => void>;

/** What is shown of one thing. It stays while that changes, and so does the keyboard's place in it. */
export class Card<T extends Named> {
  readonly el: HTMLElement;
  readonly name = h("strong", {});
  readonly badge = h("span", { class: "badge", hidden: true });
  readonly about = h("p", {});
  readonly #buttons = new Map<string, HTMLButtonElement>();
  #item: T;

  constructor(item: T, acts: Acts<T>) {
    this.#item = item;
    for (const [label, act] of Object.entries(acts)) {
      this.#buttons.set(label, button(label, () => act(this.#item)));
    }
    const buttons = h("div", { class: "buttons" }, ...this.#buttons.values());
    this.el = h("li", {}, h("div", {}, this.name, this.badge, this.about), buttons);
  }

  show(item: T): void {
    this.#item = item;
    setText(this.name, item.name);
    for (const [label, one] of this.#buttons) one.setAttribute("aria-label", `${label} ${item.name}`);
  }

  /** Whether there is anything that the button can do. */
  offer(label: string, is: boolean): void {
    const found = this.#buttons.get(label);
    if (found) setHidden(found, !is);
  }
}

/** What such a page says of itself. */
interface Words {
  title: string;
  about: string;
  /** Where there is nothing to show. */
  empty: string;
}

/** A page with a card for each of something. */
export abstract class CardsView<T extends Named> implements View {
  readonly el: HTMLElement;
  readonly title: string;
  protected readonly api: Api;
  protected readonly list = h("ul", { class: "cards" });
  readonly #subject: Subject;
  readonly #heading: HTMLElement;
  readonly #reading = new Reading();
  readonly #empty: HTMLElement;
  readonly #cards = new Map<number, Card<T>>();

  constructor(api: Api, subject: Subject, { title, about, empty }: Words) {
    this.api = api;
    this.title = title;
    this.#subject = subject;
    this.#heading = h("h1", { tabindex: "-1" }, title);
    this.#empty = h("p", { class: "note", hidden: true }, empty);
    const lead = h("p", { class: "lead" }, about);
    this.el = h("div", { class: "page" }, this.#heading, lead, this.#reading.el, this.#empty, this.list);
  }

  focus(): void {
    this.#heading.focus();
  }

  resume(): void {
    void this.read();
  }

  refresh(what = this.#subject): void {
    if (what === this.#subject) void this.read();
  }

  close(): void {
    this.#reading.close();
  }

  /** All there is to show, as the server has it. */
  protected abstract items(): Promise<T[]>;
  protected abstract acts(): Acts<T>;
  /** Shows what a card has beside the name. */
  protected abstract show(card: Card<T>, item: T): void;

  /** Reads anew what is shown. */
  protected async read(): Promise<void> {
    const items = await this.#reading.read(() => this.items());
    if (!items) return;
    reconcile(this.list, items.map((one) => this.#card(one).el));
    setHidden(this.#empty, items.length > 0);
  }

  #card(item: T): Card<T> {
    const card = this.#cards.get(item.id) ?? new Card(item, this.acts());
    this.#cards.set(item.id, card);
    card.show(item);
    this.show(card, item);
    return card;
  }
}
