import type { State } from "../src/model.js";
import type { Followed, RoomDetails } from "./api.js";
import { Replay } from "./replay.js";
import { newKey, Talk } from "./talk.js";

/** A room that is open. */
export class RoomTalk extends Talk {
  #replay = new Replay([], 0);
  #starting = false;

  protected override get busy(): boolean {
    return this.#starting;
  }

  send(): void {
    // A room talks by itself.
  }

  start(): void {
    // Who presses twice means it once.
    if (this.#starting) return;
    this.#starting = true;
    void this.ask(() => this.#start()).finally(() => (this.#starting = false));
  }

  retry(): void {
    this.start();
  }

  stop(): void {
    void this.ask(() => this.insist(() => this.api.stopRoom(this.id)));
  }

  /** Deletes what was said. */
  async reset(): Promise<void> {
    const room = await this.api.resetRoom(this.id);
    this.leave();
    this.store.replace(stateOf(room));
    this.changed();
  }

  async #start(): Promise<void> {
    const key = newKey();
    await this.insist(() => this.api.startRoom(this.id, key));
    await this.load();
    this.changed();
  }

  protected async snapshot(): Promise<() => State> {
    // First the room: what ends after it was read is told by its events.
    const room = await this.api.room(this.id);
    const messages = await this.api.roomMessages(this.id);
    const ended = messages.filter(({ status }) => status !== "RUNNING");
    const known = ended.map(({ id }) => id);
    return () => {
      this.#replay = new Replay(known, room.current_round);
      return { ...stateOf(room), messages: ended };
    };
  }

  protected async storedTitle(): Promise<string> {
    return (await this.api.room(this.id)).title;
  }

  protected events(
    after: string | null,
    signal: AbortSignal,
    heard: () => void,
  ): AsyncIterable<Followed> {
    return this.api.watchRoom(this.id, after, signal, heard);
  }

  protected take(event: Followed): void {
    if (this.#replay.passes(event)) this.store.apply(event);
  }
}

function stateOf(room: RoomDetails): State {
  const { id, title, task, status, max_rounds, current_round, agents } = room;
  return {
    kind: "room",
    id,
    title,
    messages: [],
    room: { task, status, max_rounds, current_round, agents },
  };
}
