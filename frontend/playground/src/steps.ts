/**
 * Comments that run first.
 *
 *     #> conversation: mutation { createConversation(input: {}) { id } }
 *     subscription ($conversation: ID!) { … }
 *
 * A variable that an operation needs and nobody gave is the id that its step answers. This way a
 * reply can be streamed by one press: to start it is an operation of its own.
 */
import { Lexer, parse, Source, TokenKind, type OperationDefinitionNode } from "graphql";
import { isGiven } from "./ids";
import { failure, type Operation, type Result } from "./result";

export type Variables = Record<string, unknown>;
type Post = (operation: Operation) => Promise<Result>;

/** A step was refused; `result` says why. */
export class Refused extends Error {
  constructor(readonly result: Result) {
    super("refused");
  }
}

/** The lines of the comments that begin with `#>`: what stands in a string is no comment. */
function* lines(query: string): Generator<string> {
  const lexer = new Lexer(new Source(query));
  while (lexer.token.kind !== TokenKind.EOF) lexer.advance();
  let token = lexer.token;
  while (token.prev) token = token.prev;
  for (let each: typeof token | null = token; each; each = each.next) {
    const isStep = each.kind === TokenKind.COMMENT && each.column === 1 && each.value.startsWith(">");
    if (isStep) yield each.value.replace(/^> ?/, "");
  }
}

/** The text of each variable's step. */
export function stepsOf(query: string): Map<string, string> {
  const steps = new Map<string, string>();
  let name = "";
  for (const line of lines(query)) {
    const begin = /^(\w+): ?(.*)$/.exec(line);
    if (begin?.[1]) name = begin[1];
    const before = begin ? "" : `${steps.get(name) ?? ""}\n`;
    if (name) steps.set(name, before + (begin?.[2] ?? line));
  }
  return steps;
}

export function operationIn(query: string, name?: string | null): OperationDefinitionNode | undefined {
  const found = parse(query).definitions.filter((node) => node.kind === "OperationDefinition");
  return name ? found.find((node) => node.name?.value === name) : found[0];
}

export function declared(operation: OperationDefinitionNode | undefined): string[] {
  return operation?.variableDefinitions?.map((node) => node.variable.name.value) ?? [];
}

/** The variables whose steps would run: those of `names`, and those that their steps need. */
export function missing(names: string[], steps: Map<string, string>, variables: Variables): string[] {
  return names.flatMap((name) => {
    const query = steps.get(name);
    if (query === undefined || isGiven(variables[name])) return [];
    return [...missing(declared(operationIn(query)), steps, variables), name];
  });
}

/** Runs the steps that `names` need, and those that these need; `variables` then has what they made. */
export async function supply(
  names: string[],
  steps: Map<string, string>,
  variables: Variables,
  post: Post,
): Promise<void> {
  for (const name of names) {
    const query = steps.get(name);
    if (query === undefined || isGiven(variables[name])) continue;
    const needs = declared(operationIn(query));
    await supply(needs, steps, variables, post);
    const given = Object.fromEntries(needs.map((need) => [need, variables[need]]));
    variables[name] = await answered(name, { query, variables: given }, post);
  }
}

async function answered(name: string, operation: Operation, post: Post): Promise<string> {
  const result = await post(operation);
  if (result.errors) throw new Refused(result);
  const id = lastId(result.data);
  if (id === undefined) throw new Refused(failure(`The step of $${name} answered no id`));
  return id;
}

function lastId(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const own = (value as Record<string, unknown>)["id"];
  const inside = Object.values(value).map(lastId).findLast((id) => id !== undefined);
  return inside ?? (typeof own === "string" ? own : undefined);
}
