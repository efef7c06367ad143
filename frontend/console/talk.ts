import { isRunning } from "../src/model.js";
import type { Actions, State } from "../src/model.js";
import type { Store } from "../src/store.js";
import type { Api, Followed } from "./api.js";
import { hasCode, isAbort, LoggedOut, LOST, wording } from "./errors.js";
import { follow, persist } from "./following.js";
import type { Connection } from "./following.js";

/** How often a start is asked for without an answer: for about a minute. */
const ATTEMPTS = 16;

/** What a talk tells the page around it. */
export interface Around {
  /** The list may show it differently now. */
  changed(): void;
}

/**
 * A conversation or a room that is open.
 *
 * It reads what is stored and follows what is being written from there. Whatever happens to the
 * connection, the store ends with what the server has.
 */
export abstract class Talk implements Actions {
  readonly store: Store;
  readonly id: string;
  protected readonly api: Api;
  readonly #around: Around;
  readonly #closed = new AbortController();
  /** The connections that are lost at the moment: what one of them says does not go for others. */
  readonly #lost = new Set<Connection>();
  #following: AbortController | null = null;
  /** Whether another page has changed something since all of it was read. */
  #isBehind = false;

  constructor(api: Api, store: Store, id: string, around: Around) {
    this.api = api;
    this.store = store;
    this.id = id;
    this.#around = around;
  }

  /** Reads what is stored, and goes on from there. Rejects with what the server refuses. */
  async load(): Promise<void> {
    this.#following?.abort();
    const following = (this.#following = new AbortController());
    this.#isBehind = false;
    try {
      const join = await persist(() => this.snapshot(), this.#connection(following.signal));
      following.signal.throwIfAborted();
      this.store.replace(join());
    } catch (error) {
      if (this.#following === following) this.#following = null;
      if (hasCode(error, "NOT_FOUND")) this.gone();
      throw error;
    }
    if (isRunning(this.store.state)) void this.#follow(following);
    else this.#rest();
  }

  /** Reads again what another page may have changed; where something is followed, when that has ended. */
  refresh(): void {
    if (this.#following === null && !this.busy) return this.#reload();
    this.#isBehind = true;
    this.retitle();
  }

  /** It was deleted: what was said in it can be read for as long as it is shown. */
  gone(): void {
    this.store.setBlocked(`This ${this.store.state.kind} does not exist any more.`);
  }

  /** Shows another name, which is stored already. */
  rename(title: string): void {
    this.store.state.title = title;
    this.notice(this.store.state.notice ?? null);
  }

  close(): void {
    this.#closed.abort();
    this.#following?.abort();
  }

  get title(): string {
    return this.store.state.title;
  }

  /** Whether something was asked for that is not answered yet. */
  protected get busy(): boolean {
    return false;
  }

  /** Shows the name that is stored. */
  protected retitle(): void {
    this.storedTitle().then(
      (title) => this.rename(title),
      () => undefined,
    );
  }

  abstract send(text: string): Promise<void> | void;
  abstract stop(): void;
  abstract retry(): void;
  abstract start(): void;

  /**
   * Reads what is stored. What is answered joins it to what is shown, and is called only where it is
   * still wanted; what is being written is empty in it.
   */
  protected abstract snapshot(): Promise<() => State>;
  protected abstract storedTitle(): Promise<string>;
  protected abstract events(
    after: string | null,
    signal: AbortSignal,
    heard: () => void,
  ): AsyncIterable<Followed>;
  protected abstract take(event: Followed): void;

  /** Follows anew what is being written, which must be empty in the store. */
  protected followFromStart(): void {
    this.#following?.abort();
    void this.#follow((this.#following = new AbortController()));
  }

  protected leave(): void {
    this.#following?.abort();
    this.#following = null;
  }

  /** Asks until there is an answer: only for what carries a key, or may be done twice. */
  protected insist<T>(attempt: () => Promise<T>): Promise<T> {
    return persist(attempt, this.#connection(this.#closed.signal), ATTEMPTS);
  }

  /** Says what is refused; then the page may be behind the server. */
  protected async ask(attempt: () => Promise<unknown>): Promise<void> {
    this.notice(null);
    try {
      await attempt();
    } catch (error) {
      if (hasCode(error, "CONFLICT", "NOT_FOUND")) await this.load().catch(() => undefined);
      this.fail(error);
    }
  }

  protected notice(text: string | null): void {
    this.store.apply({ type: "Notice", text });
  }

  protected fail(error: unknown): void {
    // That a login has ended is said where a new one is asked for.
    const isSaid = isAbort(error) || error instanceof LoggedOut;
    if (!this.#closed.signal.aborted && !isSaid) this.notice(wording(error));
  }

  protected changed(): void {
    this.#around.changed();
  }

  #connection(signal: AbortSignal): Connection {
    const connection: Connection = {
      signal: AbortSignal.any([signal, this.#closed.signal]),
      lost: (is) => {
        if (is) this.#lost.add(connection);
        else this.#lost.delete(connection);
        this.store.setHint(this.#lost.size > 0 ? LOST : null);
      },
    };
    return connection;
  }

  #reload(): void {
    this.load().catch((error) => this.fail(error));
  }

  /** Nothing is followed any more. */
  #rest(): void {
    this.#following = null;
    if (this.#isBehind) this.#reload();
  }

  async #follow(following: AbortController): Promise<void> {
    const connection = this.#connection(following.signal);
    const subscribe = (after: string | null, heard: () => void): AsyncIterable<Followed> =>
      this.events(after, connection.signal, heard);
    try {
      for await (const event of follow(subscribe, connection)) {
        if (following.signal.aborted) return;
        this.take(event);
      }
    } catch (error) {
      if (connection.signal.aborted) return;
      this.#following = null;
      // The event that was seen last is no longer kept, or nothing is: what is stored says more.
      if (hasCode(error, "BAD_USER_INPUT", "NOT_FOUND")) return this.#reload();
      return this.fail(error);
    }
    if (this.#following === following) this.#rest();
    this.changed();
  }
}

/** Names a request, so that the same one is not done twice; also on plain http. */
export function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}