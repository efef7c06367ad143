import { Unreachable } from "./errors.js";

/** Milliseconds between two attempts: doubled from the first to the longest. */
const FIRST_PAUSE = 200;
const LONGEST_PAUSE = 5_000;

export interface Connection {
  signal: AbortSignal;
  /** Told when the connection is lost, and when it is there again or wanted no more. */
  lost(lost: boolean): void;
  /** Waits; rejects when the signal says so. */
  pause?(ms: number, signal: AbortSignal): Promise<void>;
}

interface Cursored {
  cursor: string;
  type: string;
}

/** After one of these nothing follows. */
const LAST = new Set([
  "MessageCompleted",
  "MessageFailed",
  "RoomCompleted",
  "RoomPaused",
  "RoomFailed",
]);

/**
 * Every event to the last, each once and in order.
 *
 * A broken connection is made anew from the last event seen, for as long as it takes. `subscribe`
 * tells when the server is heard, too: a model may say nothing for long.
 */
export async function* follow<E extends Cursored>(
  subscribe: (after: string | null, heard: () => void) => AsyncIterable<E>,
  { signal, lost, pause = rest }: Connection,
): AsyncGenerator<E> {
  let after: string | null = null;
  let wait = FIRST_PAUSE;
  const heard = (): void => lost(false);
  try {
    for (;;) {
      try {
        for await (const event of subscribe(after, heard)) {
          heard();
          wait = FIRST_PAUSE;
          after = event.cursor;
          yield event;
          if (LAST.has(event.type)) return;
        }
      } catch (error) {
        if (!(error instanceof Unreachable)) throw error;
      }
      signal.throwIfAborted();
      lost(true);
      await pause(wait, signal);
      wait = Math.min(2 * wait, LONGEST_PAUSE);
    }
  } finally {
    lost(false);
  }
}

/** Asks again while there is no answer: only for what may be done twice, or carries a key. */
export async function persist<T>(
  attempt: () => Promise<T>,
  { signal, lost, pause = rest }: Connection,
  attempts = Infinity,
): Promise<T> {
  let wait = FIRST_PAUSE;
  try {
    for (let left = attempts - 1; ; left--) {
      try {
        const result = await attempt();
        signal.throwIfAborted();
        return result;
      } catch (error) {
        if (!(error instanceof Unreachable) || left <= 0) throw error;
      }
      signal.throwIfAborted();
      lost(true);
      await pause(wait, signal);
      wait = Math.min(2 * wait, LONGEST_PAUSE);
    }
  } finally {
    lost(false);
  }
}

/** Shorter where the browser says that it is back on the network. */
function rest(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (): void => {
      clearTimeout(timer);
      removeEventListener("online", settle);
      signal.removeEventListener("abort", settle);
      if (signal.aborted) reject(signal.reason as Error);
      else resolve();
    };
    const timer = setTimeout(settle, ms);
    addEventListener("online", settle);
    signal.addEventListener("abort", settle);
    if (signal.aborted) settle();
  });
}
