import { h, reconcile, setHidden, setText } from "./dom.js";
import { MessageView } from "./message.js";
import { shownMessages } from "./model.js";
import type { Actions, Message, State } from "./model.js";

/** How near to the end still counts as reading the newest text, in pixels. */
const AT_END = 24;
/** Long conversations are drawn over several frames, so that none of them is long. */
const BUDGET_MS = 10;

const SILENT = "Nothing has been said yet.";
const INVITATION = "Write the first message below.";

/** The scrolling list of messages. */
export class Transcript {
  readonly el: HTMLElement;
  readonly #list = h("div", { class: "list" });
  readonly #empty = h("p", { class: "empty" });
  readonly #log: HTMLElement;
  readonly #newest = h("button", { type: "button", class: "newest", hidden: true }, "↓ newest");
  readonly #views = new Map<string, MessageView>();
  readonly #headings = new Map<number, HTMLElement>();
  readonly #resized: ResizeObserver;
  readonly #retry: () => void;
  #stale = new Set<string>();
  #atEnd = true;

  constructor(actions: Actions) {
    this.#retry = () => actions.retry();
    this.#log = h(
      "div",
      { class: "log", role: "log", "aria-live": "off", "aria-label": "Messages", tabindex: "0" },
      this.#empty,
      this.#list,
    );
    this.el = h("div", { class: "transcript" }, this.#log, this.#newest);
    this.#log.addEventListener("scroll", () => this.#noteScroll(), { passive: true });
    // A reader who opens a card wants to see it, not the end of the transcript.
    this.#log.addEventListener("toggle", () => this.#noteScroll(), { capture: true });
    this.#newest.addEventListener("click", () => this.#toEnd());
    this.#resized = new ResizeObserver(() => this.#keepPlace());
    this.#resized.observe(this.#log);
  }

  dispose(): void {
    this.#resized.disconnect();
  }

  /** Draws what changed (`ids`, or all of it) and returns whether some is left for later. */
  update(state: State, ids: ReadonlySet<string> | "all"): boolean {
    const messages = shownMessages(state);
    if (ids === "all") this.#arrange(messages, state);
    for (const id of ids === "all" ? messages.map((message) => message.id) : ids) {
      this.#stale.add(id);
    }
    this.#draw(messages, state);
    this.#keepPlace();
    return this.#stale.size > 0;
  }

  #arrange(messages: Message[], state: State): void {
    const ids = new Set(messages.map((message) => message.id));
    for (const id of this.#views.keys()) if (!ids.has(id)) this.#views.delete(id);
    let current = 0;
    const nodes = messages.flatMap((message) => {
      const view = this.#view(message);
      const round = message.round_number ?? 0;
      if (round === 0 || round === current) return [view.el];
      current = round;
      return [this.#heading(round, state.room?.max_rounds), view.el];
    });
    reconcile(this.#list, nodes);
    setText(this.#empty, state.kind === "room" || state.excerpt ? SILENT : `${SILENT} ${INVITATION}`);
    setHidden(this.#empty, messages.length > 0);
  }

  #view(message: Message): MessageView {
    const view = this.#views.get(message.id) ?? new MessageView(message, this.#retry);
    this.#views.set(message.id, view);
    return view;
  }

  #heading(round: number, rounds: number | undefined): HTMLElement {
    const fresh = (): HTMLElement => h("div", { class: "round", role: "heading", "aria-level": "3" });
    const heading = this.#headings.get(round) ?? fresh();
    this.#headings.set(round, heading);
    setText(heading, rounds ? `Round ${round} of ${rounds}` : `Round ${round}`);
    return heading;
  }

  /** Newest first: that is where the reader looks while the rest follows. */
  #draw(messages: Message[], state: State): void {
    const deadline = performance.now() + BUDGET_MS;
    const last = messages.at(-1);
    for (const message of messages.toReversed()) {
      if (!this.#stale.delete(message.id)) continue;
      const canRetry = state.kind === "conversation" && message === last;
      this.#views.get(message.id)?.update(message, canRetry);
      if (performance.now() > deadline) return;
    }
    this.#stale = new Set();
  }

  #noteScroll(): void {
    const { scrollHeight, scrollTop, clientHeight } = this.#log;
    this.#atEnd = scrollHeight - scrollTop - clientHeight < AT_END;
    setHidden(this.#newest, this.#atEnd);
  }

  #toEnd(): void {
    this.#atEnd = true;
    this.#keepPlace();
  }

  #keepPlace(): void {
    if (this.#atEnd) this.#log.scrollTop = this.#log.scrollHeight;
    setHidden(this.#newest, this.#atEnd);
  }
}
