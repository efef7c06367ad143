/** What was changed: a conversation or a room by its id, or all there is of a kind. */
export type Subject = string;

/** The other pages that one user has open in this browser. */
export class Tabs {
  readonly #heard: (what: Subject) => void;
  #channel: BroadcastChannel | null = null;

  constructor(heard: (what: Subject) => void) {
    this.#heard = heard;
  }

  /** Each user has a channel of their own: what others do in the same browser is not heard. */
  open(user: string): void {
    this.close();
    this.#channel = new BroadcastChannel(`luxx ${user}`);
    this.#channel.onmessage = ({ data }) => this.#heard(String(data));
  }

  /** Says what this page has changed: what it is now is read by who shows it, with their own login. */
  tell(what: Subject): void {
    this.#channel?.postMessage(what);
  }

  close(): void {
    this.#channel?.close();
    this.#channel = null;
  }
}
