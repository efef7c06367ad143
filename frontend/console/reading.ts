import { h, setHidden } from "../src/dom.js";
import { isAbort, LOST, wording } from "./errors.js";
import { persist } from "./following.js";

/** Reads what a page shows: for as long as it takes, and says so. */
export class Reading {
  readonly el = h("p", { class: "error", role: "status", hidden: true });
  readonly #controller = new AbortController();
  #asked = 0;

  /** Settles with nothing where the page was left, or it was refused, or asked for again since. */
  async read<T>(attempt: () => Promise<T>): Promise<T | undefined> {
    const asked = ++this.#asked;
    const lost = (is: boolean): void => this.#say(is ? LOST : "");
    try {
      const answer = await persist(attempt, { signal: this.#controller.signal, lost });
      return asked === this.#asked ? answer : undefined;
    } catch (error) {
      if (!isAbort(error)) this.#say(wording(error));
      return undefined;
    }
  }

  close(): void {
    this.#controller.abort();
  }

  #say(text: string): void {
    this.el.textContent = text;
    setHidden(this.el, text === "");
  }
}
