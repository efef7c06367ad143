import type { Message, State } from "../src/model.js";
import type { Followed } from "./api.js";
import { MESSAGES } from "./api.js";
import { hasCode, wording } from "./errors.js";
import { newKey, Talk } from "./talk.js";
import { titleOf } from "./titles.js";

/** A conversation that is open. */
export class ConversationTalk extends Talk {
  /** Whether there are messages before the first one that is shown. */
  hasEarlier = false;
  #sending: { text: string; done: Promise<void> } | null = null;

  protected override get busy(): boolean {
    return this.#sending !== null;
  }

  /** A text that is sent again while it is on its way is the same message. */
  send(text: string): Promise<void> {
    if (this.#sending?.text === text) return this.#sending.done;
    if (this.#sending) return Promise.reject(new Error("The last message is still on its way."));
    const done = this.#send(text).finally(() => (this.#sending = null));
    this.#sending = { text, done };
    return done;
  }

  stop(): void {
    const running = this.#last();
    if (running?.status !== "RUNNING") return;
    void this.ask(() => this.insist(() => this.api.cancelMessage(running.id)));
  }

  retry(): void {
    void this.ask(() => this.#retry());
  }

  start(): void {
    // A conversation goes on by what is sent.
  }

  /** Shows the messages before those that are shown. */
  async loadEarlier(): Promise<void> {
    const { state } = this.store;
    const earlier = await this.api.messages(this.id, state.messages[0]?.id);
    this.hasEarlier = earlier.length === MESSAGES;
    this.store.replace({ ...state, messages: [...earlier, ...state.messages] });
  }

  protected async snapshot(): Promise<State> {
    const [{ title, model }, messages] = await Promise.all([
      this.api.conversation(this.id),
      this.api.messages(this.id),
    ]);
    const last = messages.at(-1);
    if (last?.status === "RUNNING") messages[messages.length - 1] = blank(last);
    const earlier = this.#shownBefore(messages[0]);
    if (earlier.length === 0) this.hasEarlier = messages.length === MESSAGES;
    return {
      kind: "conversation",
      id: this.id,
      title: titleOf(title),
      model,
      messages: [...earlier, ...messages],
    };
  }

  protected events(after: string | null, signal: AbortSignal): AsyncIterable<Followed> {
    return this.api.watchReply(this.#last()?.id ?? "", after, signal);
  }

  protected take(event: Followed): void {
    this.store.apply(event);
  }

  #last(): Message | undefined {
    return this.store.state.messages.at(-1);
  }

  #shownBefore(first: Message | undefined): Message[] {
    const shown = this.store.state.messages;
    return shown.slice(0, Math.max(0, shown.findIndex((one) => one.id === first?.id)));
  }

  async #send(text: string): Promise<void> {
    this.notice(null);
    const key = newKey();
    try {
      const exchange = await this.insist(() => this.api.beginReply(this.id, text, key));
      this.store.apply({ type: "MessageStored", message: exchange.user_message });
      this.store.apply({ type: "MessageStored", message: blank(exchange.assistant_message) });
    } catch (error) {
      // Another page may have asked meanwhile: show what is going on here.
      if (hasCode(error, "CONFLICT")) await this.load().catch(() => undefined);
      this.fail(error);
      throw error;
    }
    this.followFromStart();
    this.#retitle();
  }

  /** The server names a conversation after its first message. */
  #retitle(): void {
    this.changed();
    if (this.store.state.messages.length > 2) return;
    this.api.conversation(this.id).then(
      ({ title }) => this.rename(titleOf(title)),
      () => undefined,
    );
  }

  /** Asks again in place of the last question and its answer. */
  async #retry(): Promise<void> {
    const { state } = this.store;
    const [asked, answer] = state.messages.slice(-2);
    if (asked?.role !== "USER" || !answer || answer.status === "RUNNING") return;
    for (const { id } of [answer, asked]) await this.insist(() => this.#remove(id));
    this.store.replace({ ...state, messages: state.messages.slice(0, -2) });
    try {
      await this.send(asked.content);
    } catch (error) {
      // It is stored nowhere now: leave it where it can be copied.
      throw new Error(`${wording(error)} This was not sent again: ${asked.content}`);
    }
  }

  async #remove(id: string): Promise<void> {
    try {
      await this.api.deleteMessage(id);
    } catch (error) {
      // An earlier attempt did it, and its answer was lost.
      if (!hasCode(error, "NOT_FOUND")) throw error;
    }
  }
}

/** The reply as it was before its first event, to take all of them again. */
function blank(message: Message): Message {
  return { ...message, status: "RUNNING", content: "", process_steps: [], error: null };
}
