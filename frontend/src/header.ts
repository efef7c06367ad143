import { h, reconcile, setColour, setHidden, setText } from "./dom.js";
import { isRunning, ROOM_STATUS, textOf } from "./model.js";
import type { Agent, Message, State } from "./model.js";

/** A finished message is read out once, but not at any length. */
const MAX_SPOKEN = 600;

/** Title, status and, for a room, its progress and its agents. */
export class Header {
  readonly el: HTMLElement;
  readonly #title = h("div", { class: "title", role: "heading", "aria-level": "2" });
  readonly #model = h("span", { class: "model" });
  readonly #status = h("span", { class: "status", role: "status", "aria-live": "polite" });
  readonly #spoken = h("div", { class: "sr-only", "aria-live": "polite" });
  readonly #room = new RoomBar();
  #running = new Set<string>();

  constructor() {
    const line = h("div", { class: "line" }, this.#title, this.#model, this.#status);
    this.el = h("header", {}, line, this.#room.el, this.#spoken);
  }

  update(state: State): void {
    setText(this.#title, state.title || (state.kind === "room" ? "Room" : "Conversation"));
    setText(this.#model, state.model ?? "");
    setHidden(this.#model, !state.model);
    setText(this.#status, statusOf(state));
    this.#status.classList.toggle("on", isRunning(state));
    this.#room.update(state);
    this.#speakFinished(state.messages);
  }

  /** Only messages that were seen running: an old conversation is not read out when it opens. */
  #speakFinished(messages: Message[]): void {
    for (const message of messages) {
      if (message.status === "RUNNING" || !this.#running.has(message.id)) continue;
      const speaker = message.sender_name ? `${message.sender_name}: ` : "";
      setText(this.#spoken, (speaker + textOf(message)).slice(0, MAX_SPOKEN));
    }
    const running = messages.filter((message) => message.status === "RUNNING");
    this.#running = new Set(running.map((message) => message.id));
  }
}

function statusOf(state: State): string {
  if (state.room) return ROOM_STATUS[state.room.status];
  return isRunning(state) ? "writing…" : "";
}

class RoomBar {
  readonly #bar = h("div", { class: "bar", role: "progressbar", "aria-label": "Rounds", "aria-valuemin": "0" });
  readonly #label = h("span", { class: "label" });
  readonly #roster = h("ul", { class: "roster", "aria-label": "Agents" });
  readonly el = h(
    "div",
    { class: "room" },
    this.#bar,
    h("div", { class: "under" }, this.#roster, this.#label),
  );
  #agents = "";

  update({ room, messages }: State): void {
    setHidden(this.el, !room);
    if (!room) return;
    const tokens = messages.reduce((sum, message) => sum + (message.token_count ?? 0), 0);
    const share = room.max_rounds > 0 ? Math.min(1, room.current_round / room.max_rounds) : 0;
    this.#bar.style.setProperty("--share", String(share));
    this.#bar.setAttribute("aria-valuenow", String(room.current_round));
    this.#bar.setAttribute("aria-valuemax", String(room.max_rounds));
    setText(this.#label, `round ${room.current_round}/${room.max_rounds} · ${tokens} tokens`);
    this.#showRoster(room.agents);
  }

  #showRoster(agents: Agent[]): void {
    const key = JSON.stringify(agents);
    if (key === this.#agents) return;
    this.#agents = key;
    reconcile(this.#roster, agents.map(chip));
  }
}

function chip(agent: Agent): HTMLElement {
  const element = h("li", { title: agent.role }, agent.name);
  setColour(element, agent.color);
  return element;
}
