import { h } from "../src/dom.js";
import type { Provider } from "./api.js";
import { field } from "./controls.js";

interface Choice {
  provider_id: number | null;
  model: string;
}

/** Who is to answer: a provider and one of its models; `free` where the default one may be meant. */
export function modelChoice(
  providers: Provider[],
  known?: Choice,
  free = !known?.provider_id,
): HTMLElement {
  const choice = h("select", { name: "provider_id" });
  const standard = providers.find((one) => one.is_default);
  if (free) choice.append(option("", standard ? `Default (${standard.name})` : "None yet"));
  for (const { id, name } of providers) choice.append(option(String(id), name));
  choice.value = String(known?.provider_id ?? "");
  const value = known?.model ?? "";
  const model = h("input", { name: "model", autocomplete: "off", spellcheck: "false", value });
  const showDefault = (): void => {
    const chosen = providers.find(({ id }) => String(id) === choice.value) ?? standard;
    model.placeholder = chosen?.default_model ?? "";
  };
  choice.addEventListener("change", () => {
    showDefault();
    // The model of another provider is seldom known to this one.
    if (known && model.value !== "") model.value = model.placeholder;
  });
  showDefault();
  return h("div", { class: "pair" }, field("Provider", choice), field("Model (optional)", model));
}

function option(value: string, text: string): HTMLOptionElement {
  return h("option", { value }, text);
}
