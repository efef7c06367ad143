import { h, setHidden, setText } from "../src/dom.js";
import { LuxxChat, Store } from "../src/element.js";
import { isRunning, ROOM_STATUS } from "../src/model.js";
import type { RoomStatus } from "../src/model.js";
import type { Api } from "./api.js";
import { button, iconButton } from "./controls.js";
import { ConversationTalk } from "./conversation-talk.js";
import { confirm } from "./dialog.js";
import { hasCode, isAbort, wording } from "./errors.js";
import { RoomTalk } from "./room-talk.js";
import type { Kind } from "./route.js";
import { editConversation, editRoom } from "./settings.js";
import type { Console, View } from "./view.js";

/** A conversation or a room with what can be done to it. */
export class TalkView implements View {
  readonly el: HTMLElement;
  readonly #api: Api;
  readonly #console: Console;
  readonly #kind: Kind;
  readonly #talk: ConversationTalk | RoomTalk;
  readonly #removed: () => void;
  readonly #heading = h("h1", { tabindex: "-1" });
  readonly #model = h("span", { class: "model" });
  readonly #status = h("span", { class: "state" });
  readonly #error = h("p", { class: "error", role: "alert", hidden: true });
  readonly #earlier: HTMLButtonElement;
  readonly #actions = h("div", { class: "actions" });
  readonly #chat = new LuxxChat();
  readonly #closed = new AbortController();
  #editing = false;

  constructor(api: Api, console: Console, kind: Kind, id: string, removed: () => void) {
    this.#api = api;
    this.#console = console;
    this.#kind = kind;
    this.#removed = removed;
    const store = new Store({ kind, id, title: "", messages: [] });
    const around = { changed: () => console.changed() };
    this.#talk =
      kind === "room" ? new RoomTalk(api, store, id, around) : new ConversationTalk(api, store, id, around);
    this.#earlier = button("Show earlier messages", () => void this.#showEarlier(), "quiet earlier");
    this.#earlier.hidden = true;
    this.#actions.append(...this.#buttons());
    const line = h("div", { class: "titles" }, this.#heading, this.#model, this.#status);
    const bar = h("header", { class: "bar" }, line, this.#actions);
    this.#chat.setAttribute("fill", "");
    this.el = h("div", { class: "talk loading" }, bar, this.#error, this.#earlier, this.#chat);
    store.subscribe(() => this.#update());
    void this.#load();
  }

  get title(): string {
    return this.#talk.title;
  }

  focus(): void {
    const box = this.#chat.firstElementChild?.shadowRoot?.querySelector("textarea");
    // On a touch screen it would open the keyboard over what is to be read.
    if (box && matchMedia("(hover: hover)").matches) box.focus();
    else this.#heading.focus();
  }

  close(): void {
    this.#closed.abort();
    this.#talk.close();
  }

  resume(): void {
    void this.#load();
  }

  refresh(what = this.#talk.id): void {
    if (what !== this.#talk.id) return;
    if (this.#chat.store) this.#talk.refresh();
    else void this.#load();
  }

  async #load(): Promise<void> {
    this.#say("");
    try {
      await this.#talk.load();
    } catch (error) {
      if (!isAbort(error)) this.#fail(error);
      return;
    }
    this.el.classList.remove("loading");
    // Given to the chat only now, so that an empty one is not shown before.
    if (this.#chat.store) return;
    this.#chat.actions = this.#talk;
    this.#chat.store = this.#talk.store;
    if (this.el.contains(document.activeElement) || document.activeElement === document.body) this.focus();
  }

  #fail(error: unknown): void {
    if (hasCode(error, "NOT_FOUND")) this.#talk.gone();
    else this.#say(wording(error));
  }

  #say(text: string): void {
    setText(this.#error, text);
    setHidden(this.#error, text === "");
  }

  #update(): void {
    const { state, blocked, hint } = this.#talk.store;
    // Later the chat itself says it, where the reader looks.
    if (!this.#chat.store) this.#say(blocked ?? hint ?? "");
    setHidden(this.#actions, blocked !== null);
    if (this.#heading.textContent !== state.title) {
      setText(this.#heading, state.title);
      this.#console.retitled();
    }
    setText(this.#model, state.model ?? "");
    this.#showStatus(state.room?.status ?? "");
    setHidden(this.#earlier, !(this.#talk instanceof ConversationTalk && this.#talk.hasEarlier));
    const reset = this.#actions.querySelector<HTMLElement>("[data-act=reset]");
    if (reset) setHidden(reset, state.room?.status === "IDLE" && state.messages.length === 0);
  }

  #showStatus(status: RoomStatus | ""): void {
    if (status === (this.#status.dataset["status"] ?? "")) return;
    this.#status.dataset["status"] = status;
    setText(this.#status, status && ROOM_STATUS[status]);
    // The list shows it, too.
    this.#console.changed();
  }

  #buttons(): HTMLElement[] {
    const buttons = [
      iconButton("pencil", `Edit ${this.#kind}`, () => void this.#edit()),
      iconButton("trash", `Delete ${this.#kind}`, () => this.#delete()),
    ];
    const talk = this.#talk;
    if (talk instanceof RoomTalk) {
      const reset = iconButton("reset", "Reset room", () => this.#reset(talk));
      reset.dataset["act"] = "reset";
      buttons.unshift(reset);
    }
    return buttons;
  }

  async #edit(): Promise<void> {
    // Who presses twice means it once.
    if (this.#editing) return;
    this.#editing = true;
    this.#say("");
    const edit = this.#kind === "room" ? editRoom : editConversation;
    const saved = async (title: string): Promise<void> => {
      this.#console.changed();
      this.#talk.rename(title);
      // What is being written is followed already.
      if (!isRunning(this.#talk.store.state)) await this.#load();
    };
    try {
      await edit(this.#api, this.#talk.id, saved, this.#closed.signal);
    } catch (error) {
      if (!isAbort(error)) this.#fail(error);
    } finally {
      this.#editing = false;
    }
  }

  #delete(): void {
    const question = `“${this.title}” and everything that was said in it will be gone.`;
    confirm(`Delete this ${this.#kind}?`, question, "Delete", async () => {
      const remove = this.#kind === "room" ? this.#api.deleteRoom : this.#api.deleteConversation;
      await remove(this.#talk.id);
      this.#removed();
    });
  }

  #reset(talk: RoomTalk): void {
    const question = "Everything that was said will be gone; the room begins again at its task.";
    confirm("Reset this room?", question, "Reset", () => talk.reset());
  }

  async #showEarlier(): Promise<void> {
    if (!(this.#talk instanceof ConversationTalk)) return;
    this.#earlier.disabled = true;
    this.#say("");
    await this.#talk.loadEarlier().catch((error) => this.#fail(error));
    this.#earlier.disabled = false;
  }
}
