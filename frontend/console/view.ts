import type { Subject } from "./tabs.js";

/** One page of the console, which is shown in place of another. */
export interface View {
  readonly el: HTMLElement;
  /** For the tab. */
  readonly title: string;
  /** Puts the keyboard where the reader will want it. */
  focus(): void;
  /** After the reader has logged in again: what was typed is still there. */
  resume(): void;
  /** Another page has changed this; without a subject, who knows what. */
  refresh?(what?: Subject): void;
  close(): void;
}

/** What every page may ask of the console around it. */
export interface Console {
  go(hash: string): void;
  /** What the lists show has changed. */
  changed(): void;
  /** The open page has another name now. */
  retitled(): void;
}
