import { h, reconcile, setText } from "./dom.js";
import { MarkdownView } from "./markdown.js";
import type { Message, Step } from "./model.js";

const MAX_OUTPUT = 20_000;

interface Part {
  readonly el: HTMLElement;
  update(step: Step, message: Message): void;
}

/** The parts of an assistant's message in the order they happened. */
export class StepsView {
  readonly el = h("div", { class: "steps" });
  readonly #parts = new Map<string, Part>();

  update(message: Message): void {
    const steps = shownSteps(message);
    const keys = new Set(steps.map(keyOf));
    for (const key of this.#parts.keys()) if (!keys.has(key)) this.#parts.delete(key);
    const parts = steps.map((step) => this.#part(step));
    reconcile(this.el, parts.map((part) => part.el));
    parts.forEach((part, at) => {
      const step = steps[at];
      if (step) part.update(step, message);
    });
  }

  #part(step: Step): Part {
    const key = keyOf(step);
    const part = this.#parts.get(key) ?? newPart(step);
    this.#parts.set(key, part);
    return part;
  }
}

function keyOf(step: Step): string {
  return `${step.type} ${step.index}`;
}

function newPart(step: Step): Part {
  if (step.type === "TEXT") return new TextPart();
  return step.type === "THINKING" ? new ThinkingPart() : new ToolPart();
}

/** A result is shown inside the card of its call; the text of a message without steps is one. */
function shownSteps(message: Message): Step[] {
  const calls = new Set(
    message.process_steps.flatMap((step) => (step.type === "TOOL_CALL" ? callId(step) : [])),
  );
  const steps = message.process_steps.filter(
    (step) => step.type !== "TOOL_RESULT" || !calls.has(step.id_ref ?? ""),
  );
  if (message.content && !steps.some((step) => step.type === "TEXT" && step.content)) {
    steps.push({ type: "TEXT", index: Number.MAX_SAFE_INTEGER, id: "", content: message.content });
  }
  return steps;
}

/** Whether the step is the one being written now. */
function isOpen(step: Step, message: Message): boolean {
  const last = message.process_steps.at(-1);
  return message.status === "RUNNING" && (last === step || step.index > (last?.index ?? -1));
}

class TextPart implements Part {
  readonly #view = new MarkdownView();
  readonly el = this.#view.el;

  update(step: Step, message: Message): void {
    this.#view.update(step.content ?? "", !isOpen(step, message));
  }
}

class ThinkingPart implements Part {
  readonly #summary = h("summary");
  readonly #text = document.createTextNode("");
  readonly el = h(
    "details",
    { class: "thinking" },
    this.#summary,
    h("div", { class: "plain", tabindex: "0" }, this.#text),
  );

  update(step: Step, message: Message): void {
    const open = isOpen(step, message);
    setText(this.#summary, open ? "Thinking…" : "Thought");
    this.el.classList.toggle("open", open);
    const content = step.content ?? "";
    const shown = this.#text.data;
    if (content.startsWith(shown)) this.#text.appendData(content.slice(shown.length));
    else this.#text.data = content;
  }
}

class ToolPart implements Part {
  readonly #name = h("span", { class: "name" });
  readonly #mark = h("span", { class: "mark" });
  readonly #input = new Output("Arguments");
  readonly #output = new Output("Result");
  readonly el = h(
    "details",
    { class: "tool" },
    h("summary", {}, this.#name, this.#mark),
    this.#input.el,
    this.#output.el,
  );

  update(step: Step, message: Message): void {
    const result = step.type === "TOOL_RESULT" ? step : resultOf(step, message);
    setText(this.#name, step.name ?? result?.name ?? "tool");
    this.#showMark(result, message.status === "RUNNING");
    this.#input.show(step.type === "TOOL_CALL" ? (step.arguments ?? "") : "", pretty);
    this.#output.show(result?.content ?? "", (text) => text);
  }

  #showMark(result: Step | undefined, running: boolean): void {
    const waiting = running ? "running" : "no result";
    const label = result ? (result.success === false ? "failed" : "done") : waiting;
    setText(this.#mark, label);
    this.el.dataset["mark"] = label;
  }
}

function resultOf(call: Step, message: Message): Step | undefined {
  return message.process_steps.find(
    (step) => step.type === "TOOL_RESULT" && step.id_ref === callId(call),
  );
}

/** What a result refers to: the id of the call, which need not be that of its step. */
function callId(call: Step): string {
  return call.id_ref ?? call.id;
}

/** A labelled block of plain text, rewritten only when its source changed. */
class Output {
  readonly #pre = h("pre", { tabindex: "0" });
  readonly el: HTMLElement;
  #source = "";

  constructor(label: string) {
    this.el = h("div", { class: "output", hidden: true }, h("div", { class: "label" }, label), this.#pre);
  }

  show(source: string, format: (source: string) => string): void {
    if (source === this.#source) return;
    this.#source = source;
    this.el.hidden = source === "";
    this.#pre.textContent = cut(format(source));
  }
}

function cut(text: string): string {
  const left = text.length - MAX_OUTPUT;
  return left > 0 ? `${text.slice(0, MAX_OUTPUT)}\n… ${left} more characters` : text;
}

function pretty(json: string): string {
  try {
    return JSON.stringify(JSON.parse(json), null, 2);
  } catch {
    // Still being written, or not JSON at all: show what the model wrote.
    return json;
  }
}
