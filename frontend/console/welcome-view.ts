import { h } from "../src/dom.js";
import type { Api } from "./api.js";
import { icon } from "./icons.js";
import type { Icon } from "./icons.js";
import { providerForm } from "./providers-view.js";
import { Reading } from "./reading.js";
import { format } from "./route.js";
import type { View } from "./view.js";

/** Where nothing is open: says what to do. */
export class WelcomeView implements View {
  readonly el = h("div", { class: "page welcome" });
  readonly title = "";
  readonly #api: Api;
  readonly #reading = new Reading();

  constructor(api: Api) {
    this.#api = api;
    this.el.append(this.#reading.el);
    void this.#show();
  }

  focus(): void {
    this.el.querySelector("h1")?.focus();
  }

  resume(): void {
    if (!this.el.querySelector("h1")) void this.#show();
  }

  close(): void {
    this.#reading.close();
  }

  async #show(): Promise<void> {
    const providers = await this.#reading.read(() => this.#api.providers());
    if (!providers) return;
    this.el.replaceChildren(this.#reading.el, ...(providers.length > 0 ? choices() : this.#first()));
    if (document.activeElement === document.body) this.focus();
  }

  /** A newcomer has nobody to talk to. */
  #first(): HTMLElement[] {
    return [
      heading("Add a model provider"),
      h(
        "p",
        { class: "lead" },
        "Luxx talks to models through providers of your own. Add one to begin: any" +
          " OpenAI-compatible endpoint, or Anthropic.",
      ),
      providerForm(this.#api, () => this.#show()),
    ];
  }
}

function choices(): HTMLElement[] {
  return [
    heading("What would you like to do?"),
    h(
      "div",
      { class: "choices" },
      choice("talk", "Start a conversation", "Ask a model, and watch it think, use tools and answer.", "conversation"),
      choice("people", "Open a room", "Give several agents a task, and watch them discuss it.", "room"),
    ),
  ];
}

function heading(text: string): HTMLElement {
  return h("h1", { tabindex: "-1" }, text);
}

function choice(picture: Icon, title: string, about: string, kind: "conversation" | "room"): HTMLElement {
  const link = h("a", { class: "choice", href: format({ page: "new", kind }) });
  link.append(icon(picture), h("strong", {}, title), h("span", {}, about));
  return link;
}
