import { copyButton } from "./copy.js";
import { h, setColour, setHidden, setText } from "./dom.js";
import { textOf } from "./model.js";
import type { Message } from "./model.js";
import { StepsView } from "./steps.js";

/** One message: who speaks, what is said, how it ended, and what can be done with it. */
export class MessageView {
  readonly el: HTMLElement;
  readonly #who = h("div", { class: "who" });
  readonly #body: HTMLElement;
  readonly #steps: StepsView | null;
  readonly #waiting = h("div", { class: "waiting", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  readonly #end = h("span", { class: "end" });
  readonly #retry = h("button", { type: "button", class: "quiet" }, "Retry");
  readonly #copy: HTMLElement;
  #message: Message;

  constructor(message: Message, retry: () => void) {
    this.#message = message;
    this.#steps = message.role === "USER" ? null : new StepsView();
    this.#body = this.#steps?.el ?? h("div", { class: "plain" });
    this.#copy = copyButton("Copy message", () => textOf(this.#message));
    this.#retry.addEventListener("click", retry);
    const foot = h("div", { class: "foot" }, this.#end, this.#retry, this.#copy);
    const kind = message.role === "USER" ? "user" : "assistant";
    this.el = h("article", { class: `message ${kind}` }, this.#who, this.#body, this.#waiting, foot);
  }

  /** `canRetry` holds for the last message of a conversation only. */
  update(message: Message, canRetry: boolean): void {
    this.#message = message;
    const running = message.status === "RUNNING";
    this.#showSpeaker(message);
    if (this.#steps) this.#steps.update(message);
    else setText(this.#body, textOf(message));
    const empty = textOf(message) === "";
    setHidden(this.#waiting, !(running && message.process_steps.length === 0 && empty));
    setHidden(this.#copy, running || empty);
    setHidden(this.#retry, !(canRetry && isFailure(message)));
    setText(this.#end, ending(message));
    this.el.classList.toggle("failed", message.status === "FAILED");
    this.el.classList.toggle("running", running);
  }

  #showSpeaker(message: Message): void {
    const role = message.role === "USER" ? "You" : "Assistant";
    setText(this.#who, message.sender_name || role);
    this.#who.classList.toggle("sr-only", !message.sender_name);
    setColour(this.el, message.sender_color);
  }
}

function isFailure(message: Message): boolean {
  return ["FAILED", "CANCELLED", "INTERRUPTED"].includes(message.status);
}

function ending(message: Message): string {
  if (message.status === "CANCELLED") return "stopped";
  if (message.status === "INTERRUPTED") return "interrupted";
  return message.status === "FAILED" ? message.error || "failed" : "";
}
