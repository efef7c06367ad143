import { h, reconcile, setText } from "../src/dom.js";
import type { Agent, Api, Provider } from "./api.js";
import { button, checkbox, field, form, iconButton, written } from "./controls.js";
import { Refused } from "./errors.js";
import type { Variables } from "./graphql.js";
import { Reading } from "./reading.js";
import { format } from "./route.js";
import type { Kind } from "./route.js";
import { conversationFields, conversationInput, roundsField, titleField } from "./settings.js";
import type { Subject } from "./tabs.js";
import type { Console, View } from "./view.js";

const ROUNDS = 3;

/** Where a conversation or a room is made. */
export class NewView implements View {
  readonly el: HTMLElement;
  readonly title: string;
  readonly #api: Api;
  readonly #console: Console;
  readonly #kind: Kind;
  readonly #body = h("div", { class: "body" });
  readonly #reading = new Reading();
  #seats: Seats | null = null;

  constructor(api: Api, console: Console, kind: Kind) {
    this.#api = api;
    this.#console = console;
    this.#kind = kind;
    this.title = `New ${kind}`;
    const heading = h("h1", { tabindex: "-1" }, this.title);
    this.el = h("div", { class: "page" }, heading, this.#reading.el, this.#body);
    this.#begin();
  }

  focus(): void {
    (this.el.querySelector("input") ?? this.el.querySelector("h1"))?.focus();
  }

  resume(): void {
    if (!this.#body.firstChild) this.#begin();
  }

  refresh(what: Subject = "agents"): void {
    if (what === "agents" && this.#seats) void this.#readAgents(this.#seats);
  }

  close(): void {
    this.#reading.close();
  }

  async #readAgents(seats: Seats): Promise<void> {
    const agents = await this.#reading.read(() => this.#api.agents());
    if (agents) seats.show(agents);
  }

  #begin(): void {
    void (this.#kind === "room" ? this.#showRoom() : this.#showConversation());
  }

  async #showConversation(): Promise<void> {
    const providers = await this.#reading.read(() => this.#api.providers());
    if (!providers) return;
    const made = form({
      label: this.title,
      submit: "Start conversation",
      fields: conversationFields(providers),
      act: async (data) => {
        const { id } = await this.#api.createConversation(conversationInput(data));
        this.#open("conversation", id);
      },
    });
    this.#show(made, providers);
  }

  async #showRoom(): Promise<void> {
    const needed = (): Promise<[Agent[], Provider[]]> =>
      Promise.all([this.#api.agents(), this.#api.providers()]);
    const [agents, providers] = (await this.#reading.read(needed)) ?? [];
    if (!agents || !providers) return;
    const task = h("textarea", { name: "task", rows: "4", required: true });
    const seats = (this.#seats = new Seats(agents));
    const made = form({
      label: this.title,
      submit: "Create room",
      fields: [
        titleField("", true),
        field("Task", task, "What the agents are to discuss."),
        seats.el,
        roundsField(ROUNDS),
      ],
      act: async (data) => {
        const { id } = await this.#api.createRoom({
          title: written(data, "title"),
          task: written(data, "task"),
          max_rounds: Number(data.get("max_rounds")),
          agents: seats.chosen(data),
        });
        this.#open("room", id);
      },
    });
    this.#show(made, providers);
  }

  #show(made: HTMLElement, providers: Provider[]): void {
    this.#body.replaceChildren(...(providers.length > 0 ? [] : [needsProvider()]), made);
    if (this.el.isConnected && document.activeElement?.tagName !== "INPUT") this.focus();
  }

  #open(kind: Kind, id: string): void {
    this.#console.changed();
    this.#console.go(format({ page: "talk", kind, id }));
  }
}

function needsProvider(): HTMLElement {
  const link = h("a", { href: format({ page: "providers" }) }, "Add one");
  return h("p", { class: "note" }, "There is no model provider yet, so nobody would answer. ", link, " first.");
}

/** Who takes part: the user's agents, and others that are named here. */
class Seats {
  readonly el: HTMLElement;
  readonly #known = h("div", { class: "rows" });
  readonly #choices = new Map<number, HTMLElement>();
  #agents: Agent[] = [];
  readonly #rows = h("div", { class: "rows" });

  constructor(agents: Agent[]) {
    const add = button("Add an agent", () => this.#add().focus());
    this.el = h("fieldset", {}, h("legend", {}, "Agents"), this.#known, this.#rows, add);
    this.show(agents);
    if (agents.length === 0) for (let seats = 0; seats < 2; seats++) this.#add();
  }

  /** Offers these; who was chosen stays so. */
  show(agents: Agent[]): void {
    this.#agents = agents;
    reconcile(this.#known, agents.map((agent) => this.#choice(agent)));
  }

  /** In the order in which they will speak. */
  chosen(data: FormData): Variables[] {
    const known = this.#agents.filter(({ id }) => data.has(`agent-${id}`)).map(({ id }) => ({ agentId: id }));
    const typed = [...this.#rows.children].flatMap((row) => {
      const [name = "", role = ""] = [...row.querySelectorAll("input")].map((input) => input.value.trim());
      return name === "" ? [] : [role === "" ? { name } : { name, role }];
    });
    const all = [...known, ...typed];
    if (all.length === 0) throw new Refused("A room needs at least one agent.", "BAD_USER_INPUT");
    return all;
  }

  #choice({ id, name, role }: Agent): HTMLElement {
    const choice = this.#choices.get(id) ?? checkbox("", `agent-${id}`);
    this.#choices.set(id, choice);
    const label = choice.querySelector("label");
    if (label) setText(label, role ? `${name}, ${role}` : name);
    return choice;
  }

  #add(): HTMLElement {
    const name = h("input", { maxlength: "64", autocomplete: "off", placeholder: "Ada" });
    const role = h("input", { maxlength: "1000", autocomplete: "off", placeholder: "the host" });
    const row = h("div", { class: "row", role: "group", "aria-label": "Agent" });
    const remove = iconButton("close", "Remove this agent", () => row.remove());
    row.append(field("Name", name), field("Role (optional)", role), remove);
    this.#rows.append(row);
    return name;
  }
}
