import type { Event } from "../src/model.js";

/**
 * Lets through what a room's run tells that is not shown already.
 *
 * Following begins with the run's first event. What had ended when the messages were read is
 * whole: told again, it would only be taken apart and put together before the reader's eyes.
 */
export class Replay {
  readonly #ended: ReadonlySet<string>;
  readonly #round: number;
  #skipping = false;

  constructor(ended: Iterable<string>, round: number) {
    this.#ended = new Set(ended);
    this.#round = round;
  }

  passes(event: Event): boolean {
    switch (event.type) {
      case "MessageStarted":
      case "MessageChunk":
      case "MessageEnded":
        this.#skipping = this.#ended.has(event.id);
        return !this.#skipping;
      case "StepUpdated":
        return !this.#ended.has(event.message_id);
      case "MessageStored":
        this.#skipping = this.#ended.has(event.message.id);
        return !this.#skipping;
      case "AgentFailed":
        return !this.#skipping;
      case "RoundStarted":
      case "RoundEnded":
        return event.round >= this.#round;
      default:
        return true;
    }
  }
}
