import { reported, Unreachable } from "./errors.js";
import { Frames } from "./frames.js";
import { operation } from "./operations.js";

export type Variables = Record<string, unknown>;

/** A connection that says nothing for so long is dead: the server pings more often. */
const SILENCE_MS = 45_000;
const CALL_MS = 60_000;

/** GraphQL over HTTP: one operation, or a subscription as server-sent events. */
export class Graphql {
  readonly #token: () => string | null;

  constructor(token: () => string | null) {
    this.#token = token;
  }

  get token(): string | null {
    return this.#token();
  }

  /** A stored operation. A variable that is undefined is left out: the server's default counts. */
  call<T>(name: string, variables: Variables = {}): Promise<T> {
    return this.ask(operation(name), variables);
  }

  /** An operation in its own words. */
  async ask<T>(query: string, variables: Variables = {}): Promise<T> {
    const response = await this.#post(query, variables, {
      accept: "application/json",
      signal: AbortSignal.timeout(CALL_MS),
    });
    return data<T>(await read(response), response.status);
  }

  /**
   * The results until the server ends the stream; Unreachable where the connection breaks. `heard`
   * is told when the server answers and whenever it says something, be it that it is there.
   */
  async *subscribe<T>(
    name: string,
    variables: Variables,
    signal: AbortSignal,
    heard: () => void,
  ): AsyncGenerator<T> {
    const silence = new Silence(signal);
    try {
      const request = { accept: "text/event-stream", signal: silence.signal };
      const response = await this.#post(operation(name), variables, request);
      if (!response.headers.get("content-type")?.startsWith("text/event-stream")) {
        data(await read(response), response.status);
      }
      heard();
      const frames = new Frames();
      for await (const text of texts(response)) {
        silence.heard();
        heard();
        for (const frame of frames.feed(text)) {
          if (frame.name === "complete") return;
          if (frame.name === "next") yield data<T>(frame.data, response.status);
        }
      }
    } finally {
      silence.end();
    }
  }

  async #post(
    query: string,
    variables: Variables,
    { accept, signal }: { accept: string; signal: AbortSignal },
  ): Promise<Response> {
    const headers: Record<string, string> = { accept, "content-type": "application/json" };
    const token = this.#token();
    if (token) headers["authorization"] = `Bearer ${token}`;
    const body = JSON.stringify({ query, variables });
    return reached(fetch("/graphql", { method: "POST", headers, body, signal, cache: "no-store" }));
  }
}

/** Aborts with the given signal, and when nothing was heard for too long. */
class Silence {
  readonly #controller = new AbortController();
  readonly #outer: AbortSignal;
  readonly #abort = (): void => this.#controller.abort();
  #timer: ReturnType<typeof setTimeout>;

  constructor(outer: AbortSignal) {
    this.#outer = outer;
    this.#timer = setTimeout(this.#abort, SILENCE_MS);
    if (outer.aborted) this.#abort();
    outer.addEventListener("abort", this.#abort);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.#abort, SILENCE_MS);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#outer.removeEventListener("abort", this.#abort);
    // What is left of the answer is wanted by nobody: give the connection back.
    this.#abort();
  }
}

async function* texts(response: Response): AsyncGenerator<string> {
  const reader = response.body?.getReader();
  if (!reader) throw new Unreachable("The answer has no body");
  const decoder = new TextDecoder();
  for (;;) {
    const { value, done } = await reached(reader.read());
    if (done) return;
    yield decoder.decode(value, { stream: true });
  }
}

/** `fetch` reports whatever happens to a connection as one of two errors that say little. */
async function reached<T>(attempt: Promise<T>): Promise<T> {
  try {
    return await attempt;
  } catch (error) {
    throw new Unreachable(error instanceof Error ? error.message : String(error));
  }
}

function read(response: Response): Promise<string> {
  return reached(response.text());
}

function data<T>(text: string, status: number): T {
  const answer = parsed(text);
  const [error] = answer?.errors ?? [];
  if (error) throw reported(error);
  if (answer?.data) return answer.data as T;
  throw new Unreachable(`The server answered ${status}`);
}

interface Answer {
  data?: unknown;
  errors?: Parameters<typeof reported>[0][];
}

function parsed(text: string): Answer | null {
  try {
    return JSON.parse(text) as Answer | null;
  } catch {
    return null;
  }
}
