import type { Event, Message, MessageStatus, Room, State, Step } from "./model.js";

/** What changed: everything, the frame around the messages, or one message. */
export type Change = { scope: "all" } | { scope: "frame" } | { scope: "message"; id: string };
export type Listener = (change: Change) => void;

const ALL: Change = { scope: "all" };
const FRAME: Change = { scope: "frame" };

const FAILURE_STATUS: Record<string, MessageStatus> = {
  CANCELLED: "CANCELLED",
  INTERRUPTED: "INTERRUPTED",
};

const EMPTY: State = { kind: "conversation", id: "", title: "", messages: [] };

/**
 * Holds one conversation or room and folds events into it.
 *
 * It never touches a page: a subscriber hears what changed and decides when to draw, so that
 * a burst of deltas costs string appends only.
 */
export class Store {
  state: State;
  /** Why nothing can be written now; null when it can. */
  blocked: string | null = null;
  /** A passing remark about the connection, in front of the state's own notice. */
  hint: string | null = null;
  #draft: string | null = null;
  readonly #listeners = new Set<Listener>();

  constructor(state?: State | null) {
    // A copy: two views of one notebook model must not both append to the same strings.
    this.state = structuredClone(state?.messages ? state : EMPTY);
  }

  subscribe(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  replace(state: State): void {
    this.state = structuredClone(state);
    this.#notify(ALL);
  }

  setHint(hint: string | null): void {
    if (hint === this.hint) return;
    this.hint = hint;
    this.#notify(FRAME);
  }

  setBlocked(reason: string | null): void {
    if (reason === this.blocked) return;
    this.blocked = reason;
    this.#notify(FRAME);
  }

  /** Gives a text back to its author, to be sent again. */
  setDraft(text: string): void {
    this.#draft = text;
    this.#notify(FRAME);
  }

  /** The text that is to be put where the reader writes; once. */
  takeDraft(): string | null {
    const draft = this.#draft;
    this.#draft = null;
    return draft;
  }

  apply(event: Event): void {
    const change = this.#fold(event);
    if (change) this.#notify(change);
  }

  #notify(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  #fold(event: Event): Change | null {
    switch (event.type) {
      case "Snapshot":
        this.state = structuredClone(event.state);
        return ALL;
      case "MessagesRemoved":
        return this.#clear();
      case "Notice":
        this.state.notice = event.text;
        return FRAME;
      case "MessageStored":
      case "StepUpdated":
      case "MessageCompleted":
      case "MessageFailed":
      case "MessageStarted":
      case "MessageChunk":
      case "MessageEnded":
        return this.#foldMessage(event);
      default:
        return this.#foldRoom(event);
    }
  }

  #foldMessage(event: Event): Change | null {
    switch (event.type) {
      case "MessageStored":
        return this.#put(structuredClone(event.message));
      case "MessageStarted":
        return this.#put(started(event));
      case "StepUpdated":
        return this.#edit(event.message_id, (message) =>
          updateStep(message, event.step, event.delta),
        );
      case "MessageChunk":
        return this.#edit(event.id, (message) => appendText(message, event.content));
      case "MessageCompleted":
        return this.#edit(event.message_id, (message) =>
          end(message, "COMPLETED", event.token_count),
        );
      case "MessageFailed":
        return this.#edit(event.message_id, (message) => fail(message, event.code, event.content));
      case "MessageEnded":
        return this.#edit(event.id, (message) => {
          settleText(message, event.content);
          end(message, event.status, event.token_count);
        });
      default:
        return null;
    }
  }

  #foldRoom(event: Event): Change | null {
    const room = this.state.room;
    if (!room) return null;
    if (event.type === "AgentFailed") return this.#agentFailed(room, event.agent, event.error);
    if (event.type === "RoomFailed") this.state.notice = event.content;
    if (event.type === "RoomStarted") this.state.notice = null;
    return advance(room, event) ? ALL : null;
  }

  #clear(): Change {
    this.state.messages = [];
    this.state.notice = null;
    if (this.state.room) Object.assign(this.state.room, { status: "IDLE", current_round: 0 });
    return ALL;
  }

  #put(message: Message): Change {
    const at = this.state.messages.findIndex((known) => known.id === message.id);
    const known = this.state.messages[at];
    // What an event stores comes without its steps: they were told one by one.
    const steps = message.status === "RUNNING" ? [] : (known?.process_steps ?? []);
    if (!message.process_steps?.length) message.process_steps = steps;
    if (known) this.state.messages[at] = message;
    else this.state.messages.push(message);
    return at < 0 ? ALL : { scope: "message", id: message.id };
  }

  #edit(id: string, change: (message: Message) => void): Change | null {
    // The message being written is nearly always the last one.
    const message = this.state.messages.findLast((known) => known.id === id);
    if (!message) return null;
    change(message);
    return { scope: "message", id };
  }

  /** Marks the agent's own message of this round, or leaves a line of its own when it has none. */
  #agentFailed(room: Room, agent: string, error: string): Change {
    const last = this.state.messages.at(-1);
    const round = room.current_round;
    if (last?.sender_name === agent && last.round_number === round && last.status !== "COMPLETED") {
      Object.assign(last, { status: "FAILED", error });
      return { scope: "message", id: last.id };
    }
    return this.#put({
      id: `failure-${this.state.messages.length}`,
      role: "ASSISTANT",
      status: "FAILED",
      content: "",
      process_steps: [],
      sender_name: agent,
      sender_color: room.agents.find((one) => one.name === agent)?.color ?? null,
      round_number: round,
      error,
    });
  }
}

function advance(room: Room, event: Event): boolean {
  switch (event.type) {
    case "RoomStarted":
      Object.assign(room, { status: "RUNNING", task: event.task });
      return true;
    case "RoundStarted":
      Object.assign(room, {
        status: "RUNNING",
        current_round: event.round,
        max_rounds: event.max_rounds,
      });
      return true;
    case "RoundEnded":
      room.current_round = event.round;
      return true;
    case "RoomCompleted":
      Object.assign(room, { status: "COMPLETED", current_round: event.total_rounds });
      return true;
    case "RoomPaused":
      Object.assign(room, { status: "PAUSED", current_round: event.round });
      return true;
    case "RoomFailed":
      room.status = "ERROR";
      return true;
    default:
      return false;
  }
}

function started(event: Extract<Event, { type: "MessageStarted" }>): Message {
  return {
    id: event.id,
    role: event.role === "USER" ? "USER" : "ASSISTANT",
    status: "RUNNING",
    content: "",
    process_steps: [],
    sender_name: event.sender_name,
    sender_color: event.sender_color,
    round_number: event.round_number,
  };
}

function updateStep(message: Message, step: Step, delta: string): void {
  const at = message.process_steps.findIndex((known) => known.index === step.index);
  const known = message.process_steps[at];
  if (known && isText(known) && known.type === step.type) {
    known.content = (known.content ?? "") + delta;
    return;
  }
  const fresh = isText(step) ? { ...step, content: (step.content ?? "") + delta } : { ...step };
  if (known) message.process_steps[at] = fresh;
  else insertInOrder(message.process_steps, fresh);
}

function insertInOrder(steps: Step[], step: Step): void {
  const after = steps.findIndex((known) => known.index > step.index);
  steps.splice(after < 0 ? steps.length : after, 0, step);
}

function appendText(message: Message, text: string): void {
  const last = message.process_steps.findLast((step) => step.type === "TEXT");
  if (last) {
    last.content = (last.content ?? "") + text;
    return;
  }
  const index = (message.process_steps.at(-1)?.index ?? -1) + 1;
  message.process_steps.push({ type: "TEXT", index, id: `text-${index}`, content: text });
}

/** The final text is authoritative, but only a single text step can be compared with it. */
function settleText(message: Message, content: string): void {
  message.content = content;
  const texts = message.process_steps.filter((step) => step.type === "TEXT");
  if (content && texts.length === 1 && texts[0]) texts[0].content = content;
}

function end(message: Message, status: MessageStatus, tokens: number): void {
  message.status = status;
  message.token_count = tokens;
}

function fail(message: Message, code: string, reason: string): void {
  message.status = FAILURE_STATUS[code] ?? "FAILED";
  if (message.status === "FAILED") message.error = reason;
}

function isText(step: Step): boolean {
  return step.type === "TEXT" || step.type === "THINKING";
}
