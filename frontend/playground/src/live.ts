/**
 * What is shown of a subscription: its newest event, how many there were, and the text so far, for
 * one event of a reply is a few letters.
 */
import type { Result } from "./result";

export type State = "starting" | "running" | "complete" | "lost" | "stopped";

interface Event {
  delta?: string;
  senderName?: string;
  step?: { type?: string };
}

export class Live {
  private events = 0;
  private readonly texts: string[] = [];
  private newest: Result = {};

  /** `made`: the ids that were made for it. */
  constructor(private readonly made: Record<string, unknown>) {}

  take(result: Result): void {
    this.newest = result;
    this.events += 1;
    const event = Object.values(result.data ?? {})[0];
    if (typeof event === "object" && event !== null) this.read(event as Event);
  }

  private read({ delta, senderName, step }: Event): void {
    if (senderName) this.texts.push(`${senderName}: `);
    if (typeof delta !== "string" || (step?.type ?? "TEXT") !== "TEXT") return;
    if (this.texts.length === 0) this.texts.push("");
    this.texts[this.texts.length - 1] += delta;
  }

  shown(state: State): Result {
    const text = this.texts.length > 1 ? this.texts : this.texts[0];
    const playground = { state, events: this.events, ...this.made, text };
    return { ...this.newest, extensions: { ...this.newest.extensions, playground } };
  }
}
