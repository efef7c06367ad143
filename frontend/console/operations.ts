/** The stored operations of the server, from its own files: there is one truth about them. */
import accounts from "../../luxx/operations/accounts.graphql";
import agents from "../../luxx/operations/agents.graphql";
import client from "../../luxx/operations/client.graphql";
import conversations from "../../luxx/operations/conversations.graphql";
import fragments from "../../luxx/operations/fragments.graphql";
import messages from "../../luxx/operations/messages.graphql";
import providers from "../../luxx/operations/providers.graphql";
import roomEvents from "../../luxx/operations/room_events.graphql";
import rooms from "../../luxx/operations/rooms.graphql";
import tools from "../../luxx/operations/tools.graphql";

/** A definition begins in the first column, and so does the brace that ends it. */
const DEFINITION = /^(?:query|mutation|subscription|fragment)\s+(\w+)[^]*?^}/gm;
const SPREAD = /\.\.\.(\w+)/g;

/** Gives the text of an operation by its name, with the fragments that it needs. */
export function library(sources: readonly string[]): (name: string) => string {
  const definitions = new Map<string, string>();
  for (const [text, name] of sources.join("\n").matchAll(DEFINITION)) {
    if (name) definitions.set(name, text);
  }
  return (name) => collect(definitions, name, new Map()).join("\n");
}

function collect(
  definitions: ReadonlyMap<string, string>,
  name: string,
  found: Map<string, string>,
): string[] {
  const text = definitions.get(name);
  if (text === undefined) throw new Error(`There is no operation ${name}`);
  found.set(name, text);
  for (const [, spread] of text.matchAll(SPREAD)) {
    if (spread && !found.has(spread)) collect(definitions, spread, found);
  }
  return [...found.values()];
}

export const operation = library([
  accounts,
  agents,
  client,
  conversations,
  fragments,
  messages,
  providers,
  roomEvents,
  rooms,
  tools,
]);
