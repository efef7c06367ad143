import type { Event, Message, MessageStatus, RoomStatus } from "../src/model.js";
import { hasCode, LoggedOut, Unreachable } from "./errors.js";
import type { Graphql, Variables } from "./graphql.js";
import type { Subject } from "./tabs.js";

export interface Conversation {
  id: string;
  title: string;
  model: string;
  provider_id: number | null;
  system_prompt: string;
  thinking_enabled: boolean;
}

export interface Seat {
  name: string;
  role: string;
  color: string;
}

export interface RoomDetails {
  id: string;
  title: string;
  task: string;
  status: RoomStatus;
  max_rounds: number;
  current_round: number;
  agents: Seat[];
}

export interface Agent extends Seat {
  id: number;
  provider_id: number | null;
  model: string;
  system_prompt: string;
  enabled_tools: string[];
}

export interface Tool {
  name: string;
}

export interface Provider {
  id: number;
  name: string;
  provider_type: "OPENAI" | "ANTHROPIC";
  base_url: string;
  default_model: string;
  is_default: boolean;
  enabled: boolean;
}

export interface ProviderTest {
  success: boolean;
  message: string;
}

export interface Page<T> {
  items: T[];
  total: number;
}

export interface Session {
  access_token: string;
  user: { username: string };
}

export type Followed = Event & { cursor: string };
type Stored = Message & { status: MessageStatus };

/** Messages and list entries that are read at a time. */
export const MESSAGES = 200;
export const ENTRIES = 20;

/** Who hears of every answer before the one who asked. */
interface Listener {
  /** The server does not know this login any more. */
  loggedOut(token: string | null): void;
  /** There are answers again after there were none. */
  back(): void;
  /** The server has changed something. */
  wrote(what: Subject): void;
}

/** What the console asks the server for. */
export class Api {
  readonly #graphql: Graphql;
  readonly #around: Listener;
  #isLost = false;

  constructor(graphql: Graphql, around: Listener) {
    this.#graphql = graphql;
    this.#around = around;
  }

  async #call<T>(name: string, variables?: Variables): Promise<T> {
    const { token } = this.#graphql;
    try {
      const answer = await this.#graphql.call<T>(name, variables);
      this.#answered();
      return answer;
    } catch (error) {
      throw this.#failed(error, token);
    }
  }

  #answered(): void {
    if (!this.#isLost) return;
    this.#isLost = false;
    this.#around.back();
  }

  #failed(error: unknown, token: string | null): unknown {
    if (error instanceof Unreachable) this.#isLost = true;
    if (!hasCode(error, "UNAUTHENTICATED")) return error;
    this.#around.loggedOut(token);
    return new LoggedOut();
  }

  async #one<T>(name: string, key: string, variables?: Variables): Promise<T> {
    return (await this.#call<Record<string, T>>(name, variables))[key] as T;
  }

  /** For whatever changes something that other pages show. */
  async #writing<T>(what: Subject, answer: Promise<T>): Promise<T> {
    const { token } = this.#graphql;
    const result = await answer;
    // A late answer is nothing to the next login.
    if (token === this.#graphql.token) this.#around.wrote(what);
    return result;
  }

  async *#events(
    name: string,
    given: Variables,
    signal: AbortSignal,
    heard: () => void,
  ): AsyncGenerator<Followed> {
    const { token } = this.#graphql;
    const answered = (): void => {
      this.#answered();
      heard();
    };
    try {
      const results = this.#graphql.subscribe<{ event: Followed }>(name, given, signal, answered);
      for await (const { event } of results) yield event;
    } catch (error) {
      // Who leaves breaks the connection: that says nothing about it.
      throw signal.aborted ? error : this.#failed(error, token);
    }
  }

  login = (username: string, password: string): Promise<Session> =>
    // Not through `#call`: a wrong password is no login that has expired.
    this.#graphql
      .call<{ session: Session }>("Login", { username, password })
      .then(({ session }) => session);
  register = (username: string, email: string, password: string): Promise<unknown> =>
    this.#graphql.call("Register", { username, email, password });
  logout = (): Promise<unknown> => this.#graphql.call("Logout");
  /** Whether strangers may register; where the server does not say, it is to be tried. */
  registration = (): Promise<boolean> =>
    this.#graphql
      .ask<{ health: { registration: boolean } }>("query { health { registration } }")
      .then(({ health }) => health.registration !== false)
      .catch(() => true);

  providers = (): Promise<Provider[]> => this.#one("Providers", "providers");
  createProvider = (fields: Variables): Promise<Provider> =>
    this.#writing("providers", this.#one("CreateProvider", "provider", fields));
  updateProvider = (provider_id: number, fields: Variables): Promise<Provider> =>
    this.#writing("providers", this.#one("UpdateProvider", "provider", { provider_id, ...fields }));
  deleteProvider = (provider_id: number): Promise<unknown> =>
    this.#writing("providers", this.#call("DeleteProvider", { provider_id }));
  testProvider = (provider_id: number): Promise<ProviderTest> =>
    this.#one("TestProvider", "test", { provider_id });

  agents = (): Promise<Agent[]> => this.#one("Agents", "agents");
  createAgent = (fields: Variables): Promise<Agent> =>
    this.#writing("agents", this.#one("CreateAgent", "agent", fields));
  updateAgent = (agent_id: number, fields: Variables): Promise<Agent> =>
    this.#writing("agents", this.#one("UpdateAgent", "agent", { agent_id, ...fields }));
  deleteAgent = (agent_id: number): Promise<unknown> =>
    this.#writing("agents", this.#call("DeleteAgent", { agent_id }));
  /** Those that a model may be given. */
  tools = (): Promise<Tool[]> => this.#one("Tools", "tools");

  conversations = (page: number): Promise<Page<Conversation>> =>
    this.#one("Conversations", "page", { page, page_size: ENTRIES });
  conversation = (id: string): Promise<Conversation> =>
    this.#one("Conversation", "conversation", { id });
  createConversation = (fields: Variables): Promise<Conversation> =>
    this.#writing("conversations", this.#one("CreateConversation", "conversation", fields));
  updateConversation = (id: string, fields: Variables): Promise<Conversation> =>
    this.#writing(id, this.#one("UpdateConversation", "conversation", { id, ...fields }));
  deleteConversation = (id: string): Promise<unknown> =>
    this.#writing(id, this.#call("DeleteConversation", { id }));

  /** The newest, or those before a message; oldest first. */
  messages = async (conversation_id: string, before?: string): Promise<Message[]> => {
    const given = { conversation_id, limit: MESSAGES, before };
    const one = await this.#one<{ messages: Message[] }>(
      "ConversationMessages",
      "conversation",
      given,
    );
    return one.messages;
  };
  beginReply = (
    conversation_id: string,
    content: string,
    idempotency_key: string,
  ): Promise<{ user_message: Stored; assistant_message: Stored }> => {
    const given = { conversation_id, content, idempotency_key };
    return this.#writing(conversation_id, this.#one("BeginReply", "exchange", given));
  };
  watchReply = (
    message_id: string,
    after: string | null,
    signal: AbortSignal,
    heard: () => void,
  ): AsyncGenerator<Followed> => this.#events("WatchReply", { message_id, after }, signal, heard);
  cancelMessage = (message_id: string): Promise<unknown> =>
    this.#call("CancelMessage", { message_id });
  deleteMessage = (message_id: string): Promise<unknown> =>
    this.#call("DeleteMessage", { message_id });

  rooms = (page: number): Promise<Page<RoomDetails>> =>
    this.#one("Rooms", "page", { page, page_size: ENTRIES });
  room = (room_id: string): Promise<RoomDetails> => this.#one("Room", "room", { room_id });
  createRoom = (fields: Variables): Promise<RoomDetails> =>
    this.#writing("rooms", this.#one("CreateRoom", "room", fields));
  updateRoom = (room_id: string, fields: Variables): Promise<RoomDetails> =>
    this.#writing(room_id, this.#one("UpdateRoom", "room", { room_id, ...fields }));
  deleteRoom = (room_id: string): Promise<unknown> =>
    this.#writing(room_id, this.#call("DeleteRoom", { room_id }));
  startRoom = (room_id: string, idempotency_key: string): Promise<unknown> =>
    this.#writing(room_id, this.#call("StartRoom", { room_id, idempotency_key }));
  stopRoom = (room_id: string): Promise<unknown> =>
    this.#writing(room_id, this.#call("StopRoom", { room_id }));
  resetRoom = (room_id: string): Promise<RoomDetails> =>
    this.#writing(room_id, this.#one("ResetRoom", "room", { room_id }));
  /** All of them: what is followed tells the whole run. */
  roomMessages = async (room_id: string): Promise<Message[]> => {
    const found: Message[] = [];
    for (;;) {
      const given = { room_id, limit: MESSAGES, before: found[0]?.id };
      const { messages } = await this.#one<{ messages: Message[] }>("RoomHistory", "room", given);
      found.unshift(...messages);
      if (messages.length < MESSAGES) return found;
    }
  };
  watchRoom = (
    room_id: string,
    after: string | null,
    signal: AbortSignal,
    heard: () => void,
  ): AsyncGenerator<Followed> =>
    this.#events("FollowRoomDeltas", { room_id, after }, signal, heard);
}
