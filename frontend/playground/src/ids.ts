/** The newest ids that the server answered: the variables of the examples begin with them. */

/** In place of an id that is not known yet. */
const UNKNOWN = "…";
const newest: Record<string, string> = {};

export function remember(answer: unknown): void {
  const text = JSON.stringify(answer) ?? "";
  const ids = (kind: string): string[] => text.match(new RegExp(`(?<=")${kind}_[a-z0-9]+(?=")`, "g")) ?? [];
  // Lists of conversations and rooms begin with the newest, lists of messages end with it.
  const found = { conv: ids("conv")[0], room: ids("room")[0], msg: ids("msg").at(-1) };
  for (const [kind, id] of Object.entries(found)) if (id) newest[kind] = id;
}

/** `conv_…` in a text becomes the newest conversation's id, where there is one. */
export function fill(text: string): string {
  return text.replace(/\b(conv|msg|room)_…/g, (placeholder, kind: string) => newest[kind] ?? placeholder);
}

/** Whether a variable has a value that can be sent. */
export function isGiven(value: unknown): boolean {
  if (typeof value !== "string") return value !== undefined && value !== null;
  return value !== "" && !value.endsWith(UNKNOWN);
}
