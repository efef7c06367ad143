/** The wire types: exactly the JSON that the server and the notebook kernel send. */

export type StepType = "THINKING" | "TEXT" | "TOOL_CALL" | "TOOL_RESULT";

export interface Step {
  type: StepType;
  index: number;
  id: string;
  content?: string;
  name?: string;
  /** JSON text, as the model wrote it: it may be incomplete or invalid. */
  arguments?: string;
  id_ref?: string;
  success?: boolean;
}

export type MessageStatus = "RUNNING" | "COMPLETED" | "FAILED" | "CANCELLED" | "INTERRUPTED";

export interface Message {
  id: string;
  role: "USER" | "ASSISTANT";
  status: MessageStatus;
  content: string;
  process_steps: Step[];
  sender_name?: string | null;
  sender_color?: string | null;
  round_number?: number | null;
  token_count?: number;
  error?: string | null;
}

export type RoomStatus = "IDLE" | "RUNNING" | "PAUSED" | "COMPLETED" | "ERROR";

/** What the reader is told of it. */
export const ROOM_STATUS: Record<RoomStatus, string> = {
  IDLE: "not started",
  RUNNING: "running",
  PAUSED: "paused",
  COMPLETED: "completed",
  ERROR: "failed",
};

export interface Agent {
  name: string;
  role: string;
  color: string;
}

export interface Room {
  task: string;
  status: RoomStatus;
  max_rounds: number;
  current_round: number;
  agents: Agent[];
}

export interface State {
  kind: "conversation" | "room";
  id: string;
  title: string;
  model?: string;
  messages: Message[];
  room?: Room;
  notice?: string | null;
  /** Only what one cell asked and was answered: it is gone on with elsewhere. */
  excerpt?: boolean;
}

export type Event =
  | { type: "Snapshot"; state: State }
  | { type: "MessageStored"; message: Message }
  | { type: "MessagesRemoved" }
  | { type: "StepUpdated"; message_id: string; step: Step; delta: string }
  | { type: "MessageCompleted"; message_id: string; token_count: number }
  | { type: "MessageFailed"; message_id: string; content: string; code: string }
  | { type: "RoomStarted"; task: string }
  | { type: "RoundStarted"; round: number; max_rounds: number }
  | {
      type: "MessageStarted";
      id: string;
      role: string;
      sender_name: string;
      sender_color: string;
      round_number: number;
    }
  | { type: "MessageChunk"; id: string; content: string }
  | {
      type: "MessageEnded";
      id: string;
      content: string;
      token_count: number;
      status: MessageStatus;
    }
  | { type: "RoundEnded"; round: number }
  | { type: "RoomCompleted"; total_rounds: number }
  | { type: "RoomPaused"; round: number }
  | { type: "AgentFailed"; agent: string; error: string }
  | { type: "RoomFailed"; content: string }
  | { type: "Notice"; text: string | null };

/** What the reader can ask for. A promise settles when the other side has taken the request. */
export interface Actions {
  send(text: string): Promise<void> | void;
  stop(): void;
  retry(): void;
  start(): void;
}

/** The text of a message as its author wrote it: what the copy button copies. */
export function textOf(message: Message): string {
  const parts = message.process_steps.flatMap((step) =>
    step.type === "TEXT" && step.content ? [step.content] : [],
  );
  return parts.length > 0 ? parts.join("\n\n") : message.content;
}

export function isRunning(state: State): boolean {
  if (state.kind === "room") return state.room?.status === "RUNNING";
  return state.messages.findLast((message) => message.role === "ASSISTANT")?.status === "RUNNING";
}

/** The messages as shown: a room that has not stored its task yet still opens with it. */
export function shownMessages(state: State): Message[] {
  const task = state.room?.task;
  if (!task || state.messages.some((message) => message.role === "USER")) return state.messages;
  const opening: Message = {
    id: "task",
    role: "USER",
    status: "COMPLETED",
    content: task,
    process_steps: [],
    round_number: 0,
  };
  return [opening, ...state.messages];
}
