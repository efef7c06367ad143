/** How GraphiQL runs an operation. */
import type { Fetcher, FetcherParams, Observable } from "@graphiql/toolkit";
import type { ExecutionResult } from "graphql";
import { agrees, withdraw } from "./consent";
import { openTab, keepVariables } from "./editors";
import { isExample } from "./examples";
import { remember } from "./ids";
import { Live } from "./live";
import { failure, type Operation, type Result } from "./result";
import { declared, missing, operationIn, Refused, stepsOf, supply, type Variables } from "./steps";
import { follow, isUnauthenticated, post } from "./transport";

const INTROSPECTION = "IntrospectionQuery";
/** At most one picture in this time: a fast model sends more events than anybody sees. */
const PICTURE_MS = 40;

interface Sink {
  next(value: ExecutionResult): void;
  complete(): void;
}

export const fetcher: Fetcher = (params) => {
  const operation: Operation = { ...params, variables: variablesOf(params) };
  if (params.operationName === INTROSPECTION) return introspect(operation) as Promise<ExecutionResult>;
  if (chosen(operation) === "subscription") return streamed(operation);
  return posted(operation) as Promise<ExecutionResult>;
};

/** Its kind, where it can be read; else the server says what is wrong. */
function chosen(operation: Operation): string | undefined {
  try {
    const named = operationIn(operation.query, operation.operationName);
    // GraphiQL reads the name a moment after the text: it may be that of the text before.
    if (!named) operation.operationName = null;
    return (named ?? operationIn(operation.query))?.operation;
  } catch {
    return undefined;
  }
}

function variablesOf({ variables }: FetcherParams): Variables {
  return { ...(variables as Variables | undefined) };
}

async function introspect(operation: Operation): Promise<Result> {
  const result = await post(operation);
  if (!isUnauthenticated(result)) return result;
  // With `data`: GraphiQL asks again in other words where there is none.
  return { data: null, ...failure("Log in above: this server shows its schema to its users only") };
}

async function posted(operation: Operation): Promise<Result> {
  const result = await post(operation);
  remember(result.data);
  return result;
}

/** Runs the steps in the comments, each unless it was stopped before; what they made. */
async function prepare(operation: Operation, goOn: () => void): Promise<Variables> {
  const tab = openTab();
  const given = { ...operation.variables };
  const names = declared(operationIn(operation.query, operation.operationName));
  const steps = stepsOf(operation.query);
  const needed = missing(names, steps, given);
  // What somebody was given to paste may do more than it says.
  if (needed.length > 0 && !isExample(operation.query) && !(await agrees(steps, needed))) {
    throw new Refused(failure(`The steps in the comments were not run: give $${names.join(", $")}`));
  }
  await supply(names, steps, operation.variables, (step) => {
    goOn();
    return posted(step);
  });
  goOn();
  const made = Object.entries(operation.variables).filter(([name, value]) => given[name] !== value);
  // The next run sends a new message; it goes on with the same conversation.
  const kept = made.filter(([name, id]) => !names.includes(name) && String(id).startsWith("conv_"));
  if (kept.length > 0) keepVariables(tab, { ...given, ...Object.fromEntries(kept) });
  return Object.fromEntries(made);
}

function reasonOf(error: unknown): Result {
  if (error instanceof Refused) return error.result;
  return failure(`A step in the comments cannot be run: ${String(error)}`);
}

function streamed(operation: Operation): Observable<ExecutionResult> {
  return {
    subscribe(sink: unknown) {
      // GraphiQL gives an object; the type also knows of functions.
      const run = new Run(operation, sink as Sink);
      void run.start();
      return { unsubscribe: () => run.stop() };
    },
  };
}

class Run {
  private stopped = false;
  private end: () => void = () => undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private live = new Live({});

  constructor(
    private readonly operation: Operation,
    private readonly sink: Sink,
  ) {}

  async start(): Promise<void> {
    try {
      this.live = new Live(await prepare(this.operation, () => this.goOn()));
    } catch (error) {
      this.finish(reasonOf(error));
      return;
    }
    this.show(this.live.shown("starting"));
    this.end = follow(this.operation, {
      next: (result) => this.next(result),
      ended: (reason) => this.finish({ ...this.live.shown(reason ? "lost" : "complete"), ...reason }),
    });
  }

  stop(): void {
    if (!this.stopped) this.show(this.live.shown("stopped"));
    this.stopped = true;
    clearTimeout(this.timer);
    withdraw();
    this.end();
  }

  private goOn(): void {
    if (this.stopped) throw new Error("stopped");
  }

  private next(result: Result): void {
    this.live.take(result);
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (!this.stopped) this.show(this.live.shown("running"));
    }, PICTURE_MS);
  }

  private finish(result: Result): void {
    if (this.stopped) return;
    this.stopped = true;
    clearTimeout(this.timer);
    this.show(result);
    this.sink.complete();
  }

  private show(result: Result): void {
    this.sink.next(result as ExecutionResult);
  }
}
