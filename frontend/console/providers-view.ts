import { h, setText } from "../src/dom.js";
import type { Api, Provider } from "./api.js";
import { button, checkbox, field, form, written } from "./controls.js";
import { confirm } from "./dialog.js";
import { wording } from "./errors.js";
import { Reading } from "./reading.js";
import type { View } from "./view.js";

/** The user's providers, and a form for one more. */
export class ProvidersView implements View {
  readonly el: HTMLElement;
  readonly title = "Providers";
  readonly #api: Api;
  readonly #reading = new Reading();
  readonly #list = h("ul", { class: "cards" });
  readonly #heading = h("h1", { tabindex: "-1" }, "Providers");
  readonly #said = h("p", { class: "note", role: "status", hidden: true });

  constructor(api: Api) {
    this.#api = api;
    const about = h("p", { class: "lead" }, "Where models are: any OpenAI-compatible endpoint, or Anthropic.");
    const add = h("h2", {}, "Add a provider");
    const made = providerForm(api, () => this.#read());
    this.el = h("div", { class: "page" }, this.#heading, about, this.#said, this.#reading.el, this.#list, add, made);
    void this.#read();
  }

  focus(): void {
    this.#heading.focus();
  }

  resume(): void {
    this.#said.hidden = true;
    void this.#read();
  }

  close(): void {
    this.#reading.close();
  }

  async #read(): Promise<void> {
    const providers = await this.#reading.read(() => this.#api.providers());
    if (providers) this.#list.replaceChildren(...providers.map((one) => this.#card(one)));
  }

  #card(provider: Provider): HTMLElement {
    const { id, name, is_default } = provider;
    const title = h("strong", {}, name);
    const mark = h("span", { class: "badge", hidden: !is_default }, "default");
    const about = h("p", {}, `${provider.default_model} · ${provider.base_url}`);
    const prefer = button("Make default", () => void this.#try(() => this.#api.updateProvider(id, { is_default: true })));
    prefer.hidden = is_default;
    const test = button("Test", () => void this.#test(provider));
    const remove = button("Delete", () => this.#delete(provider));
    const buttons = h("div", { class: "buttons" }, test, prefer, remove);
    return h("li", {}, h("div", {}, title, mark, about), buttons);
  }

  #delete({ id, name }: Provider): void {
    confirm("Delete this provider?", `“${name}” and its key will be gone.`, "Delete", async () => {
      await this.#api.deleteProvider(id);
      await this.#read();
    });
  }

  async #test({ id, name }: Provider): Promise<void> {
    this.#say(`Asking ${name}…`);
    await this.#try(async () => {
      const { success, message } = await this.#api.testProvider(id);
      this.#say(success ? `${name} answers.` : `${name} does not work: ${message}`);
    });
  }

  async #try(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      await this.#read();
    } catch (error) {
      this.#say(wording(error));
    }
  }

  #say(text: string): void {
    setText(this.#said, text);
    this.#said.hidden = false;
  }
}

/** A form for one more provider. */
export function providerForm(api: Api, added: () => Promise<void> | void): HTMLFormElement {
  const type = h("select", { name: "provider_type" });
  type.append(h("option", { value: "OPENAI" }, "OpenAI-compatible"), h("option", { value: "ANTHROPIC" }, "Anthropic"));
  const plain = { autocomplete: "off", spellcheck: "false", required: true };
  const url = h("input", { type: "url", name: "base_url", placeholder: "https://api.deepseek.com/v1", ...plain });
  const key = h("input", { type: "password", name: "api_key", ...plain, autocomplete: "new-password" });
  const model = h("input", { name: "default_model", ...plain });
  const made = form({
    label: "Add a provider",
    submit: "Add provider",
    fields: [
      h("div", { class: "pair" }, field("Name", h("input", { name: "name", ...plain })), field("Type", type)),
      field("Base URL", url),
      field("API key", key, "It is sealed on the server and never shown again."),
      field("Default model", model),
      checkbox("Use it where nothing else is chosen", "is_default", true),
    ],
    act: async (data) => {
      await api.createProvider(providerInput(data));
      made.reset();
      await added();
    },
  });
  return made;
}

function providerInput(data: FormData): Record<string, unknown> {
  const texts = ["name", "provider_type", "base_url", "api_key", "default_model"];
  const fields = Object.fromEntries(texts.map((name) => [name, written(data, name)]));
  return { ...fields, is_default: data.has("is_default") };
}
