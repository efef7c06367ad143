import type { Actions } from "./model.js";
import { mount } from "./mount.js";
import { Store } from "./store.js";

/** `<luxx-chat>`: shows its `store` once it has one, has `actions`, and is in a page. */
export class LuxxChat extends HTMLElement {
  #store: Store | null = null;
  #actions: Actions | null = null;
  #unmount: (() => void) | null = null;

  constructor() {
    super();
    this.#upgrade("store");
    this.#upgrade("actions");
  }

  get store(): Store | null {
    return this.#store;
  }

  set store(store: Store | null) {
    this.#store = store;
    this.#show();
  }

  get actions(): Actions | null {
    return this.#actions;
  }

  set actions(actions: Actions | null) {
    this.#actions = actions;
    this.#show();
  }

  connectedCallback(): void {
    this.#show();
  }

  disconnectedCallback(): void {
    this.#hide();
  }

  #show(): void {
    this.#hide();
    if (!this.isConnected || !this.#store || !this.#actions) return;
    this.#unmount = mount(this, this.#store, this.#actions);
  }

  #hide(): void {
    this.#unmount?.();
    this.#unmount = null;
  }

  /** A property set before the element was defined would hide the accessor of its class. */
  #upgrade(name: "store" | "actions"): void {
    if (!Object.hasOwn(this, name)) return;
    const value = this[name];
    delete (this as Partial<LuxxChat>)[name];
    Object.assign(this, { [name]: value });
  }
}

if (!customElements.get("luxx-chat")) customElements.define("luxx-chat", LuxxChat);

export { Store, mount };
