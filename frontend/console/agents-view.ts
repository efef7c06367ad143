import { setColour, setHidden, setText } from "../src/dom.js";
import { agentFields, agentInput } from "./agent-form.js";
import type { Agent, Api, Provider, Tool } from "./api.js";
import type { Card } from "./cards-view.js";
import { CardsView } from "./cards-view.js";
import { button } from "./controls.js";
import { confirm, openDialog } from "./dialog.js";

const WORDS = {
  title: "Agents",
  about:
    "Personas that you make once and seat in as many rooms as you like." +
    " A room keeps them as they were when they were seated in it.",
  empty:
    "There are none yet. An agent is somebody for a room’s discussion, such as a host or a sceptic:" +
    " with a name, a role, a model and words about how it is to behave.",
};

/** The user's agents, and what they are made of. */
export class AgentsView extends CardsView<Agent> {
  readonly #add = button("New agent", () => this.#make(), "primary");
  #providers: Provider[] = [];
  #tools: Tool[] = [];

  constructor(api: Api) {
    super(api, "agents", WORDS);
    // What can be chosen for an agent is not known before the first answer.
    this.#add.hidden = true;
    this.list.before(this.#add);
    void this.read();
  }

  protected async items(): Promise<Agent[]> {
    const { api } = this;
    const [agents, providers, tools] = await Promise.all([api.agents(), api.providers(), api.tools()]);
    this.#providers = providers;
    this.#tools = tools;
    setHidden(this.#add, false);
    return agents;
  }

  protected acts(): Record<string, (agent: Agent) => void> {
    return { Edit: (agent) => this.#edit(agent), Delete: (agent) => this.#delete(agent) };
  }

  protected show(card: Card<Agent>, agent: Agent): void {
    card.name.classList.add("agent");
    setColour(card.name, agent.color);
    setText(card.about, [agent.role, this.#modelOf(agent)].filter(Boolean).join(" · "));
  }

  #modelOf({ provider_id, model }: Agent): string {
    if (model) return model;
    const own = this.#providers.find(({ id }) => id === provider_id);
    const provider = own ?? this.#providers.find(({ is_default }) => is_default);
    return provider?.default_model ?? "no model yet";
  }

  #make(): void {
    openDialog("New agent", {
      submit: "Create agent",
      fields: agentFields(this.#providers, this.#tools),
      act: async (data) => {
        await this.api.createAgent(agentInput(data));
        await this.read();
      },
    });
  }

  #edit(agent: Agent): void {
    openDialog("Edit agent", {
      submit: "Save",
      fields: agentFields(this.#providers, this.#tools, agent),
      act: async (data) => {
        await this.api.updateAgent(agent.id, agentInput(data, agent));
        await this.read();
      },
    });
  }

  #delete({ id, name }: Agent): void {
    const question = `“${name}” will be gone. Rooms in which it sits keep their copy.`;
    confirm("Delete this agent?", question, "Delete", async () => {
      await this.api.deleteAgent(id);
      await this.read();
    });
  }
}
