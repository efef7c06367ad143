import { h, setHidden } from "../src/dom.js";
import type { Api } from "./api.js";
import { button, iconButton } from "./controls.js";
import { Sidebar } from "./sidebar.js";
import type { View } from "./view.js";

/** Beneath it the sidebar is a drawer; the style sheet has the same number. */
const NARROW = matchMedia("(max-width: 760px)");

/** The sidebar, and beside it the page that is open. */
export class Shell {
  readonly el: HTMLElement;
  readonly sidebar: Sidebar;
  readonly #main = h("main", { id: "main", tabindex: "-1" });
  readonly #menu: HTMLButtonElement;
  readonly #scrim = h("div", { class: "scrim", hidden: true });
  #open = false;

  constructor(api: Api, logout: () => void) {
    this.sidebar = new Sidebar(api, logout);
    const skip = button("Skip to content", () => this.#main.focus(), "skip");
    this.#menu = iconButton("menu", "Menu", () => this.#toggle(!this.#open));
    this.#menu.classList.add("menu");
    this.#menu.setAttribute("aria-controls", this.sidebar.el.id);
    const close = iconButton("close", "Close menu", () => this.#toggle(false));
    close.classList.add("close-menu");
    this.sidebar.el.querySelector(".top")?.append(close);
    this.el = h("div", { class: "shell" }, skip, this.#menu, this.sidebar.el, this.#scrim, this.#main);
    this.#scrim.addEventListener("click", () => this.#toggle(false));
    // Also for a link to what is open already, which changes nothing else.
    this.sidebar.el.addEventListener("click", (event) => {
      if (event.target instanceof Element && event.target.closest("a")) this.#arrange(false);
    });
    this.el.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && this.#open) this.#toggle(false);
    });
    NARROW.addEventListener("change", () => this.#arrange(false));
    this.#arrange(false);
  }

  show(view: View): void {
    this.#arrange(false);
    this.#main.replaceChildren(view.el);
  }

  #toggle(open: boolean): void {
    this.#arrange(open);
    if (open) this.sidebar.el.querySelector<HTMLElement>("a[href]")?.focus();
    else this.#menu.focus();
  }

  /** A drawer that is closed must not be reached by the keyboard, nor what an open one covers. */
  #arrange(open: boolean): void {
    this.#open = open && NARROW.matches;
    this.#menu.setAttribute("aria-expanded", String(this.#open));
    this.sidebar.el.classList.toggle("open", this.#open);
    this.sidebar.el.inert = NARROW.matches && !this.#open;
    this.#main.inert = this.#open;
    setHidden(this.#scrim, !this.#open);
  }
}
