import { h, setHidden, setText } from "./dom.js";
import { isRunning } from "./model.js";
import type { Actions, Room, State } from "./model.js";
import type { Store } from "./store.js";

/** Browsers report it for key events that belong to an input method. */
const IME_KEY_CODE = 229;

/** Where the reader writes, or drives a room; and where notices about that are shown. */
export class Composer {
  readonly el = h("form", { class: "composer" });
  readonly #notice = h("p", { class: "notice", role: "status", hidden: true });
  readonly #text = h("textarea", { rows: "1", "aria-label": "Message", placeholder: "Message" });
  readonly #send = h("button", { type: "submit", class: "primary" }, "Send");
  readonly #stop = h("button", { type: "button", class: "stop", hidden: true }, "Stop");
  readonly #start = h("button", { type: "button", class: "primary" }, "Start");
  readonly #actions: Actions;
  #arranged = "";
  #blocked = false;
  #running = false;
  /** The text that was handed over and is kept until the other side has taken it. */
  #sending: string | null = null;

  constructor(actions: Actions) {
    this.#actions = actions;
    this.el.addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    this.#text.addEventListener("input", () => this.#onInput());
    this.#text.addEventListener("keydown", (event) => this.#onKey(event));
    this.#stop.addEventListener("click", () => actions.stop());
    this.#start.addEventListener("click", () => actions.start());
  }

  update(store: Store): void {
    const { state, blocked, hint } = store;
    this.#arrange(state);
    this.#running = isRunning(state);
    this.#blocked = blocked !== null;
    // Once the other side seems gone the text may be sent again rather than waited for.
    if (hint !== null) this.#sending = null;
    const notice = blocked ?? hint ?? state.notice ?? "";
    setText(this.#notice, notice);
    setHidden(this.#notice, notice === "");
    this.#text.disabled = this.#blocked;
    setHidden(this.#stop, !this.#running);
    this.#stop.disabled = this.#blocked;
    setHidden(this.#send, this.#running);
    const finished = state.room !== undefined && isFinished(state.room);
    setHidden(this.el, (state.excerpt === true || finished) && !this.#running && notice === "");
    this.#giveBack(store.takeDraft());
    this.#updateSend();
    if (state.room) this.#updateStart(state.room);
  }

  #arrange({ kind, excerpt }: State): void {
    const arrangement = excerpt ? "excerpt" : kind;
    if (arrangement === this.#arranged) return;
    this.#arranged = arrangement;
    const controls = {
      conversation: [this.#text, this.#send, this.#stop],
      room: [this.#start, this.#stop],
      excerpt: [this.#stop],
    }[arrangement];
    const box = h("div", { class: `controls ${arrangement}` }, ...controls);
    this.el.replaceChildren(this.#notice, box);
  }

  #updateStart(room: Room): void {
    setText(this.#start, room.status === "IDLE" ? "Start" : "Continue");
    setHidden(this.#start, this.#running || isFinished(room));
    this.#start.disabled = this.#blocked;
  }

  /** In front of what was typed since; that stays. */
  #giveBack(text: string | null): void {
    if (text === null) return;
    const typed = this.#text.value;
    this.#text.value = typed.trim() === "" || typed === text ? text : `${text}\n\n${typed}`;
    this.#grow();
  }

  #updateSend(): void {
    const waiting = this.#sending !== null;
    this.#send.disabled = this.#blocked || waiting || this.#text.value.trim() === "";
  }

  #onInput(): void {
    this.#grow();
    this.#updateSend();
  }

  #onKey(event: KeyboardEvent): void {
    const composing = event.isComposing || event.keyCode === IME_KEY_CODE;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    this.#submit();
  }

  #submit(): void {
    const text = this.#text.value;
    if (this.#running || this.#blocked || this.#sending !== null || text.trim() === "") return;
    this.#sending = text;
    this.#updateSend();
    Promise.resolve(this.#actions.send(text)).then(
      () => this.#taken(text),
      () => this.#released(),
    );
  }

  /** What was typed since the text was sent stays. */
  #taken(text: string): void {
    if (this.#text.value.startsWith(text)) this.#text.value = this.#text.value.slice(text.length);
    this.#released();
  }

  #released(): void {
    this.#sending = null;
    this.#onInput();
  }

  /** The style sheet limits the height; measuring needs the natural one first. */
  #grow(): void {
    this.#text.style.setProperty("height", "auto");
    const borders = this.#text.offsetHeight - this.#text.clientHeight;
    this.#text.style.setProperty("height", `${this.#text.scrollHeight + borders}px`);
  }
}

/** Nothing is left to start: its rounds are over. */
function isFinished(room: Room): boolean {
  return room.status === "COMPLETED" && room.current_round >= room.max_rounds;
}
