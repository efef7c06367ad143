import { h, setHidden } from "../src/dom.js";
import type { Api } from "./api.js";
import { button, field, form, written } from "./controls.js";
import { hasCode, Refused } from "./errors.js";
import { session } from "./session.js";

/** Where somebody logs in, or registers. */
export class Login {
  readonly el: HTMLElement;
  readonly #api: Api;
  readonly #username: string;
  readonly #entered: () => void;
  readonly #body = h("div", { class: "login-body" });
  readonly #message: HTMLElement;
  /** Whether the server takes strangers. */
  readonly #isOpen: Promise<boolean>;

  /** `message` says why, where somebody was logged in before: `username`. */
  constructor(api: Api, message: string, username: string, entered: () => void) {
    this.#api = api;
    this.#username = username;
    this.#entered = entered;
    this.#isOpen = api.registration();
    this.#message = h("p", { class: "note", role: "status", hidden: message === "" }, message);
    const heading = h("h1", {}, "Luxx");
    const head = h("div", { class: "login-head" }, heading, h("p", {}, "Conversations that stay with you."));
    this.el = h("main", { class: "login", id: "main" }, head, this.#message, this.#body);
    this.#offerLogin();
  }

  focus(): void {
    const inputs = [...this.el.querySelectorAll("input")];
    inputs.find(({ value }) => value === "")?.focus();
  }

  #offerLogin(): void {
    const create = button("Create an account", () => this.#switch(() => this.#offerRegistration()), "quiet");
    create.hidden = true;
    void this.#isOpen.then((open) => setHidden(create, !open));
    const made = form({
      label: "Log in",
      submit: "Log in",
      fields: [this.#name(), this.#password("current-password")],
      act: (data) => this.#enter(data),
      more: [create],
    });
    this.#body.replaceChildren(h("h2", { class: "sr-only" }, "Log in"), made);
  }

  #offerRegistration(): void {
    const email = h("input", { type: "email", name: "email", autocomplete: "email", required: true });
    const made = form({
      label: "Create an account",
      submit: "Create account",
      fields: [this.#name(), field("E-mail", email), this.#password("new-password")],
      act: (data) => this.#register(data),
      more: [button("Log in instead", () => this.#switch(() => this.#offerLogin()), "quiet")],
    });
    this.#body.replaceChildren(h("h2", {}, "Create an account"), made);
  }

  #switch(offer: () => void): void {
    this.#message.hidden = true;
    offer();
    this.focus();
  }

  #name(): HTMLElement {
    const input = h("input", {
      name: "username",
      autocomplete: "username",
      autocapitalize: "none",
      spellcheck: "false",
      required: true,
      value: this.#username,
    });
    return field("Username", input);
  }

  #password(autocomplete: string): HTMLElement {
    return field("Password", h("input", { type: "password", name: "password", autocomplete, required: true }));
  }

  async #enter(data: FormData): Promise<void> {
    const { access_token, user } = await this.#api.login(
      String(data.get("username")),
      String(data.get("password")),
    );
    session.begin(access_token, user.username);
    this.#entered();
  }

  async #register(data: FormData): Promise<void> {
    try {
      await this.#api.register(
        written(data, "username") ?? "",
        written(data, "email") ?? "",
        String(data.get("password")),
      );
    } catch (error) {
      if (!hasCode(error, "FORBIDDEN")) throw error;
      throw new Refused("This server takes no registrations: ask its administrator.", "FORBIDDEN");
    }
    await this.#enter(data);
  }
}
