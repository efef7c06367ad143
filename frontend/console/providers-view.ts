import { h, setHidden, setText } from "../src/dom.js";
import type { Api, Provider } from "./api.js";
import type { Card } from "./cards-view.js";
import { CardsView } from "./cards-view.js";
import { checkbox, field, form, written } from "./controls.js";
import { confirm } from "./dialog.js";
import { wording } from "./errors.js";

const WORDS = {
  title: "Providers",
  about: "Where models are: any OpenAI-compatible endpoint, or Anthropic.",
  empty: "There are none yet.",
};
const PREFER = "Make default";

/** The user's providers, and a form for one more. */
export class ProvidersView extends CardsView<Provider> {
  readonly #said = h("p", { class: "note", role: "status", hidden: true });

  constructor(api: Api) {
    super(api, "providers", WORDS);
    this.list.before(this.#said);
    this.el.append(h("h2", {}, "Add a provider"), providerForm(api, () => this.read()));
    void this.read();
  }

  override resume(): void {
    this.#said.hidden = true;
    super.resume();
  }

  protected items(): Promise<Provider[]> {
    return this.api.providers();
  }

  protected acts(): Record<string, (provider: Provider) => void> {
    return {
      Test: (one) => void this.#test(one),
      [PREFER]: ({ id }) => void this.#try(() => this.api.updateProvider(id, { is_default: true })),
      Delete: (one) => this.#delete(one),
    };
  }

  protected show(card: Card<Provider>, { default_model, base_url, is_default }: Provider): void {
    setText(card.about, `${default_model} · ${base_url}`);
    setText(card.badge, "default");
    setHidden(card.badge, !is_default);
    card.offer(PREFER, !is_default);
  }

  #delete({ id, name }: Provider): void {
    confirm("Delete this provider?", `“${name}” and its key will be gone.`, "Delete", async () => {
      await this.api.deleteProvider(id);
      await this.read();
    });
  }

  async #test({ id, name }: Provider): Promise<void> {
    this.#say(`Asking ${name}…`);
    await this.#try(async () => {
      const { success, message } = await this.api.testProvider(id);
      this.#say(success ? `${name} answers.` : `${name} does not work: ${message}`);
    });
  }

  async #try(act: () => Promise<unknown>): Promise<void> {
    try {
      await act();
      await this.read();
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
