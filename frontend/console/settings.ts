import { h } from "../src/dom.js";
import type { Api, Conversation, Provider } from "./api.js";
import { changed, checkbox, field, written } from "./controls.js";
import { openDialog } from "./dialog.js";
import type { Variables } from "./graphql.js";
import { modelChoice } from "./model-choice.js";
import { titleOf } from "./titles.js";

export const MAX_ROUNDS = 100;

/** Lets the reader change a conversation. */
export async function editConversation(
  api: Api,
  id: string,
  saved: (title: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const [conversation, providers] = await Promise.all([api.conversation(id), api.providers()]);
  signal.throwIfAborted();
  openDialog("Edit conversation", {
    submit: "Save",
    fields: conversationFields(providers, conversation),
    act: async (data) => {
      const { title } = await api.updateConversation(id, conversationInput(data, conversation));
      await saved(titleOf(title));
    },
  });
}

/** Lets the reader change a room: its name, and how long it goes on. */
export async function editRoom(
  api: Api,
  id: string,
  saved: (title: string) => Promise<void>,
  signal: AbortSignal,
): Promise<void> {
  const room = await api.room(id);
  signal.throwIfAborted();
  openDialog("Edit room", {
    submit: "Save",
    fields: [titleField(room.title, true), roundsField(room.max_rounds)],
    act: async (data) => {
      const title = written(data, "title");
      const rounds = Number(data.get("max_rounds"));
      const max_rounds = rounds === room.max_rounds ? undefined : rounds;
      await saved((await api.updateRoom(id, { title, max_rounds })).title);
    },
  });
}

export function titleField(value = "", required = false): HTMLElement {
  const input = h("input", { name: "title", maxlength: "200", value, required, autocomplete: "off" });
  return field(required ? "Title" : "Title (optional)", input);
}

export function roundsField(value: number): HTMLElement {
  const limits = { min: "1", max: String(MAX_ROUNDS), inputmode: "numeric" };
  const input = h("input", { type: "number", name: "max_rounds", ...limits, value: String(value), required: true });
  return field("Rounds", input, "In a round every agent speaks once.");
}

/** What a conversation is made of; without one, of what it is to be made. */
export function conversationFields(providers: Provider[], known?: Conversation): HTMLElement[] {
  const title = known ? titleField(titleOf(known.title), true) : titleField();
  const prompt = h("textarea", { name: "system_prompt", rows: "4" });
  prompt.value = known?.system_prompt ?? "";
  return [
    title,
    field("System prompt (optional)", prompt, "Who the model is to be, and how it is to answer."),
    modelChoice(providers, known),
    checkbox("Let the model think before it answers", "thinking_enabled", known?.thinking_enabled),
  ];
}

/** What was chosen; what was left as it is, is left out. */
export function conversationInput(data: FormData, known?: Conversation): Variables {
  const prompt = String(data.get("system_prompt") ?? "");
  const provider = Number(data.get("provider_id")) || undefined;
  const title = written(data, "title");
  const model = written(data, "model");
  return {
    title: known && title === titleOf(known.title) ? undefined : title,
    system_prompt: changed(prompt, known?.system_prompt ?? ""),
    provider_id: provider === known?.provider_id ? undefined : provider,
    // An empty one is the provider's own again.
    model: known ? changed(model ?? "", known.model) : model,
    thinking_enabled: data.has("thinking_enabled"),
  };
}
