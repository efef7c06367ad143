import { h } from "../src/dom.js";
import type { Agent, Provider, Tool } from "./api.js";
import { changed, checkbox, field, newId } from "./controls.js";
import type { Variables } from "./graphql.js";
import { modelChoice } from "./model-choice.js";

/** What a browser's choice of colours begins with, where none is chosen. */
const NO_COLOUR = "#808080";

/** What an agent is made of; without one, of what it is to be made. */
export function agentFields(providers: Provider[], tools: Tool[], known?: Agent): HTMLElement[] {
  const text = { autocomplete: "off" };
  const name = h("input", { name: "name", required: true, value: known?.name ?? "", ...text });
  const colour = h("input", { type: "color", name: "color", value: known?.color ?? NO_COLOUR });
  const role = h("input", { name: "role", value: known?.role ?? "", placeholder: "the host", ...text });
  const prompt = h("textarea", { name: "system_prompt", rows: "4" });
  prompt.value = known?.system_prompt ?? "";
  const untouched = known ? "" : "Left as it is, the server chooses one.";
  return [
    field("Name", name),
    field("Role (optional)", role, "The others in a room are told it."),
    field("System prompt (optional)", prompt, "Who it is to be, and how it is to speak."),
    modelChoice(providers, known, true),
    field("Colour", colour, untouched),
    toolFields(tools, known?.enabled_tools ?? []),
  ];
}

function toolFields(tools: Tool[], chosen: string[]): HTMLElement {
  const hint = h("p", { class: "hint", id: newId() }, "It uses those that your level allows.");
  const boxes = tools.map(({ name }) => checkbox(name, "enabled_tools", chosen.includes(name), name));
  return h(
    "fieldset",
    { "aria-describedby": hint.id },
    h("legend", {}, "Tools (optional)"),
    hint,
    h("div", { class: "ticks" }, ...boxes),
  );
}

/** What was chosen; what was left as it is, is left out. */
export function agentInput(data: FormData, known?: Agent): Variables {
  const text = (name: "name" | "role" | "system_prompt" | "model"): string | undefined =>
    changed(String(data.get(name) ?? ""), known?.[name]);
  const provider = Number(data.get("provider_id")) || null;
  const tools = data.getAll("enabled_tools").map(String);
  return {
    name: text("name"),
    role: text("role"),
    system_prompt: text("system_prompt"),
    // Null is the default provider, whichever that is.
    provider_id: known?.provider_id === provider ? undefined : provider,
    model: text("model"),
    color: changed(String(data.get("color") ?? ""), known?.color ?? NO_COLOUR),
    enabled_tools: known && isSame(tools, known.enabled_tools) ? undefined : tools,
  };
}

function isSame(some: string[], others: string[]): boolean {
  return String(some.toSorted()) === String(others.toSorted());
}
