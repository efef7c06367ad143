import type { Message, State } from "../src/model.js";
import type { Followed } from "./api.js";
import { MESSAGES } from "./api.js";
import { hasCode, Unreachable } from "./errors.js";
import { newKey, Talk } from "./talk.js";
import { titleOf } from "./titles.js";

/** A conversation that is open. */
export class ConversationTalk extends Talk {
  /** Whether there are messages before the first one that is shown. */
  hasEarlier = false;
  #sending: { text: string; done: Promise<void> } | null = null;
  #retrying = false;
  /** What was sent without an answer: sent again, it is the same message. */
  #unanswered: { text: string; key: string } | null = null;
  /** What this page has deleted, or may have. */
  readonly #deleted = new Set<string>();

  protected override get busy(): boolean {
    return this.#retrying || this.#sending !== null;
  }

  /** A text that is sent again while it is on its way is the same message. */
  send(text: string): Promise<void> {
    if (this.#sending?.text === text) return this.#sending.done;
    if (this.busy) return Promise.reject(new Error("The last message is still on its way."));
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
    // Who presses twice means it once.
    if (this.busy) return;
    this.#retrying = true;
    void this.ask(() => this.#retry()).finally(() => (this.#retrying = false));
  }

  start(): void {
    // A conversation goes on by what is sent.
  }

  /** Shows the messages before those that are shown. */
  async loadEarlier(): Promise<void> {
    const first = this.store.state.messages[0]?.id;
    const earlier = await this.api.messages(this.id, first);
    const { state } = this.store;
    // All of it may have been read anew meanwhile.
    if (state.messages[0]?.id !== first) return;
    this.hasEarlier = earlier.length === MESSAGES;
    this.store.replace({ ...state, messages: [...earlier, ...state.messages] });
  }

  protected async snapshot(): Promise<() => State> {
    const [{ title, model }, messages] = await Promise.all([
      this.api.conversation(this.id),
      this.api.messages(this.id),
    ]);
    const last = messages.at(-1);
    if (last?.status === "RUNNING") messages[messages.length - 1] = blank(last);
    return () => {
      const earlier = this.#shownBefore(messages[0]);
      if (earlier.length === 0) this.hasEarlier = messages.length === MESSAGES;
      return {
        kind: "conversation",
        id: this.id,
        title: titleOf(title),
        model,
        messages: [...earlier, ...messages],
      };
    };
  }

  protected async storedTitle(): Promise<string> {
    return titleOf((await this.api.conversation(this.id)).title);
  }

  protected events(
    after: string | null,
    signal: AbortSignal,
    heard: () => void,
  ): AsyncIterable<Followed> {
    return this.api.watchReply(this.#last()?.id ?? "", after, signal, heard);
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
    const key = this.#unanswered?.text === text ? this.#unanswered.key : newKey();
    this.#unanswered = { text, key };
    try {
      const exchange = await this.insist(() => this.api.beginReply(this.id, text, key));
      this.#unanswered = null;
      await this.#show(exchange.user_message, exchange.assistant_message);
    } catch (error) {
      const isUnknown = error instanceof Unreachable || hasCode(error, "INTERNAL");
      if (!isUnknown) this.#unanswered = null;
      // Another page may have asked meanwhile: show what is going on here.
      if (hasCode(error, "CONFLICT")) await this.load().catch(() => undefined);
      this.fail(error);
      throw error;
    }
    this.changed();
    // The server names a conversation after its first message.
    if (this.store.state.messages.length <= 2) this.retitle();
  }

  async #show(asked: Message, answer: Message): Promise<void> {
    // It had been taken before, and was seen since: what is stored says what became of it.
    if (this.store.state.messages.some(({ id }) => id === answer.id)) {
      return this.load().catch(() => undefined);
    }
    this.store.apply({ type: "MessageStored", message: asked });
    this.store.apply({ type: "MessageStored", message: blank(answer) });
    this.followFromStart();
  }

  /** Asks again in place of the last question and its answer. */
  async #retry(): Promise<void> {
    const [asked, answer] = this.store.state.messages.slice(-2);
    if (asked?.role !== "USER" || !answer || answer.status === "RUNNING") return;
    for (const { id } of [answer, asked]) await this.#remove(id);
    const { state } = this.store;
    const left = state.messages.filter((one) => one.id !== asked.id && one.id !== answer.id);
    this.store.replace({ ...state, messages: left });
    // What became of it is known: this is another message.
    this.#unanswered = null;
    // It is stored nowhere now: where it is not taken, and that was said, it is to be sent again.
    await this.#send(asked.content).catch(() => this.store.setDraft(asked.content));
  }

  /** What is gone already was another page's to delete, unless an answer of this one's was lost. */
  #remove(id: string): Promise<void> {
    return this.insist(async () => {
      try {
        await this.api.deleteMessage(id);
      } catch (error) {
        if (hasCode(error, "NOT_FOUND") && this.#deleted.has(id)) return;
        if (error instanceof Unreachable) this.#deleted.add(id);
        throw error;
      }
      this.#deleted.add(id);
    });
  }
}

/** The reply as it was before its first event, to take all of them again. */
function blank(message: Message): Message {
  return { ...message, status: "RUNNING", content: "", process_steps: [], error: null };
}
