import { Composer } from "./composer.js";
import { h } from "./dom.js";
import { Header } from "./header.js";
import type { Actions } from "./model.js";
import { Scheduler } from "./schedule.js";
import type { Change, Store } from "./store.js";
import { styleSheet } from "./style.js";
import { followTheme } from "./theme.js";
import { Transcript } from "./transcript.js";

/** What a notebook listens to around its cells and must not hear from a chat inside one. */
const PRIVATE_EVENTS = ["keydown", "keyup", "keypress", "paste", "copy", "cut", "contextmenu"];

/** Shows a store inside `el` until the returned function is called. */
export function mount(el: HTMLElement, store: Store, actions: Actions): () => void {
  const { host, root } = attachHost(el);
  const view = new View(root, store, actions);
  const unfollow = followTheme(root);
  return () => {
    unfollow();
    view.dispose();
    host.remove();
  };
}

function attachHost(el: HTMLElement): { host: HTMLElement; root: HTMLElement } {
  const host = h("div", { class: "luxx-chat-host", "data-lm-suppress-shortcuts": "true" });
  for (const type of PRIVATE_EVENTS) host.addEventListener(type, (event) => event.stopPropagation());
  host.classList.toggle("fill", el.hasAttribute("fill"));
  const shadow = host.attachShadow({ mode: "open" });
  shadow.adoptedStyleSheets = [styleSheet()];
  const root = h("section", { class: "luxx", "aria-label": "Chat" });
  shadow.append(root);
  el.append(host);
  return { host, root };
}

/** Collects changes and draws them at most once per frame. */
class View {
  readonly #store: Store;
  readonly #header = new Header();
  readonly #transcript: Transcript;
  readonly #composer: Composer;
  readonly #scheduler = new Scheduler(() => this.#render());
  readonly #unsubscribe: () => void;
  #everything = true;
  #messages = new Set<string>();

  constructor(root: HTMLElement, store: Store, actions: Actions) {
    this.#store = store;
    this.#transcript = new Transcript(actions);
    this.#composer = new Composer(actions);
    root.append(this.#header.el, this.#transcript.el, this.#composer.el);
    this.#unsubscribe = store.subscribe((change) => this.#note(change));
    // At once, so that the view has its size before the page settles around it.
    if (this.#render()) this.#scheduler.request();
  }

  dispose(): void {
    this.#unsubscribe();
    this.#scheduler.dispose();
    this.#transcript.dispose();
  }

  #note(change: Change): void {
    if (change.scope === "all") this.#everything = true;
    if (change.scope === "message") this.#messages.add(change.id);
    this.#scheduler.request();
  }

  #render(): boolean {
    const changed = this.#everything ? "all" : this.#messages;
    this.#everything = false;
    this.#messages = new Set();
    this.#header.update(this.#store.state);
    this.#composer.update(this.#store);
    return this.#transcript.update(this.#store.state, changed);
  }
}
