import { h, setHidden } from "../src/dom.js";
import { isAbort, LOST, wording } from "./errors.js";
import { persist } from "./following.js";

/** Reads what a page shows: for as long as it takes, and says so. */
export class Reading {
  readonly el = h("p", { class: "error", role: "status", hidden: true });
  readonly #controller = new AbortController();

  /** Settles with nothing where the page was left, or what was asked for was refused. */
  async read<T>(attempt: () => Promise<T>): Promise<T | undefined> {
    const lost = (is: boolean): void => this.#say(is ? LOST : "");
    try {
      return await persist(attempt, { signal: this.#controller.signal, lost });
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
