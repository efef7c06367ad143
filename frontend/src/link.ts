import type { Actions, Event, State } from "./model.js";
import type { Store } from "./store.js";

/** How long the kernel may stay silent before the reader is told. */
const PATIENCE_MS = 2500;
const SILENT = "The kernel is busy or gone: run the cell again if nothing happens.";

export type FromKernel =
  | { k: "events"; seq: number; events: Event[] }
  | { k: "state"; seq: number; state: State }
  | { k: "ack" };

export type ToKernel = { k: "sync" | "stop" | "retry" | "start" } | { k: "send"; text: string };

/**
 * The page's end of the channel to a notebook kernel.
 *
 * Messages can be lost while a page sleeps or a socket reconnects: a gap in the numbers makes
 * the page ask for the whole state, and nothing is applied until it has come.
 */
export class Link implements Actions {
  readonly #store: Store;
  readonly #post: (message: ToKernel) => void;
  #expected: number | null = null;
  #askedAt = 0;
  #timer: ReturnType<typeof setTimeout> | null = null;
  #unanswered: (() => void)[] = [];

  /** `seq` is the number of the last message that is in the store already. */
  constructor(store: Store, post: (message: ToKernel) => void, seq: number | null) {
    this.#store = store;
    this.#post = post;
    if (seq === null) this.sync();
    else this.#expected = seq + 1;
  }

  /** Takes a message of the kernel; tells whether it settled something worth saving. */
  receive(message: FromKernel): boolean {
    this.#hear();
    switch (message.k) {
      case "state":
        this.#expected = message.seq + 1;
        this.#store.replace(message.state);
        return true;
      case "events":
        return this.#receiveEvents(message.seq, message.events);
      case "ack":
        this.#unanswered.shift()?.();
        return false;
      default:
        return false;
    }
  }

  sync(): void {
    this.#expected = null;
    this.#askedAt = Date.now();
    this.#say({ k: "sync" });
  }

  /** Settles when the kernel has taken the text. */
  send(text: string): Promise<void> {
    return this.#ask({ k: "send", text });
  }

  stop(): void {
    void this.#ask({ k: "stop" });
  }

  retry(): void {
    void this.#ask({ k: "retry" });
  }

  start(): void {
    void this.#ask({ k: "start" });
  }

  #receiveEvents(seq: number, events: Event[]): boolean {
    if (this.#expected !== null && seq < this.#expected) return false;
    if (seq !== this.#expected) {
      // While a state is under way its absence is normal, unless it got lost as well.
      const waiting = this.#expected === null && Date.now() - this.#askedAt < PATIENCE_MS;
      if (!waiting) this.sync();
      return false;
    }
    this.#expected = seq + 1;
    for (const event of events) this.#store.apply(event);
    return events.some((event) => event.type !== "StepUpdated" && event.type !== "MessageChunk");
  }

  #ask(message: ToKernel): Promise<void> {
    const answered = new Promise<void>((resolve) => this.#unanswered.push(resolve));
    this.#say(message);
    return answered;
  }

  #say(message: ToKernel): void {
    this.#timer ??= setTimeout(() => this.#store.setHint(SILENT), PATIENCE_MS);
    this.#post(message);
  }

  #hear(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#store.setHint(null);
  }
}
