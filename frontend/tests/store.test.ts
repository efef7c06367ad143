import assert from "node:assert/strict";
import { test } from "node:test";
import { isRunning, shownMessages, textOf } from "../src/model.js";
import type { Event, Message, Room, State, Step } from "../src/model.js";
import { Store } from "../src/store.js";
import type { Change } from "../src/store.js";

function message(id: string, more: Partial<Message> = {}): Message {
  return { id, role: "ASSISTANT", status: "RUNNING", content: "", process_steps: [], ...more };
}

function conversation(...messages: Message[]): State {
  return { kind: "conversation", id: "c", title: "t", messages };
}

function room(more: Partial<Room> = {}): State {
  const agents = [{ name: "Ada", role: "critic", color: "#123456" }];
  const one = { task: "Decide", status: "IDLE", max_rounds: 3, current_round: 0, agents, ...more } as Room;
  return { kind: "room", id: "r", title: "t", messages: [], room: one };
}

function applied(state: State, ...events: Event[]): Store {
  const store = new Store(state);
  for (const event of events) store.apply(event);
  return store;
}

function step(type: Step["type"], index: number, more: Partial<Step> = {}): Step {
  return { type, index, id: `s${index}`, ...more };
}

function update(one: Step, delta = ""): Event {
  return { type: "StepUpdated", message_id: "a", step: one, delta };
}

test("deltas are appended to their step, and steps keep their order", () => {
  const store = applied(
    conversation(message("a")),
    update(step("TEXT", 1), "Hel"),
    update(step("THINKING", 0), "hm"),
    update(step("TEXT", 1), "lo"),
  );
  const steps = store.state.messages[0]?.process_steps;
  assert.deepEqual(steps?.map((one) => [one.type, one.content]), [["THINKING", "hm"], ["TEXT", "Hello"]]);
});

test("a tool call that comes again replaces the first", () => {
  const store = applied(
    conversation(message("a")),
    update(step("TOOL_CALL", 0, { name: "f", arguments: "{" })),
    update(step("TOOL_CALL", 0, { name: "f", arguments: "{}" })),
  );
  assert.deepEqual(store.state.messages[0]?.process_steps.map((one) => one.arguments), ["{}"]);
});

test("a stored message is added once and then replaced", () => {
  const store = applied(
    conversation(),
    { type: "MessageStored", message: message("a") },
    { type: "MessageStored", message: message("a", { status: "COMPLETED", content: "x" }) },
  );
  assert.deepEqual(store.state.messages.map((one) => one.content), ["x"]);
});

test("the code of a failure decides the status", () => {
  for (const [code, status, error] of [
    ["CANCELLED", "CANCELLED", undefined],
    ["INTERRUPTED", "INTERRUPTED", undefined],
    ["UPSTREAM", "FAILED", "why"],
  ]) {
    const failed: Event = { type: "MessageFailed", message_id: "a", content: "why", code: code ?? "" };
    const store = applied(conversation(message("a")), failed);
    assert.equal(store.state.messages[0]?.status, status);
    assert.equal(store.state.messages[0]?.error, error);
  }
});

test("a conversation runs while its last reply does", () => {
  const running = conversation(message("a"), message("u", { role: "USER", status: "COMPLETED" }));
  assert.equal(isRunning(running), true);
  const completed: Event = { type: "MessageCompleted", message_id: "a", token_count: 7 };
  assert.equal(isRunning(applied(running, completed).state), false);
});

test("a room goes through its rounds", () => {
  const store = applied(
    room(),
    { type: "RoomStarted", task: "Decide" },
    { type: "RoundStarted", round: 1, max_rounds: 4 },
    {
      type: "MessageStarted", id: "m", role: "ASSISTANT",
      sender_name: "Ada", sender_color: "#123456", round_number: 1,
    },
    { type: "MessageChunk", id: "m", content: "Ye" },
    { type: "MessageChunk", id: "m", content: "s" },
  );
  assert.equal(store.state.room?.status, "RUNNING");
  assert.equal(textOf(store.state.messages[0] as Message), "Yes");
  store.apply({ type: "MessageEnded", id: "m", content: "Yes.", token_count: 3, status: "COMPLETED" });
  store.apply({ type: "RoomPaused", round: 1 });
  assert.equal(textOf(store.state.messages[0] as Message), "Yes.");
  assert.deepEqual(
    [store.state.room?.status, store.state.room?.current_round, store.state.room?.max_rounds],
    ["PAUSED", 1, 4],
  );
});

test("a failed agent leaves a line, or marks the message it was writing", () => {
  const failed: Event = { type: "AgentFailed", agent: "Ada", error: "boom" };
  const alone = applied(room({ current_round: 1 }), failed).state.messages;
  assert.deepEqual(alone.map((one) => [one.error, one.sender_color]), [["boom", "#123456"]]);
  const writing = room({ current_round: 1 });
  writing.messages.push(message("m", { sender_name: "Ada", round_number: 1 }));
  const marked = applied(writing, failed).state.messages;
  assert.deepEqual(marked.map((one) => [one.id, one.status, one.error]), [["m", "FAILED", "boom"]]);
});

test("a reset room shows its task again", () => {
  const started = room({ status: "COMPLETED", current_round: 3 });
  started.messages.push(message("m"));
  const { state } = applied(started, { type: "MessagesRemoved" });
  assert.deepEqual([state.room?.status, state.room?.current_round], ["IDLE", 0]);
  assert.deepEqual(shownMessages(state).map((one) => one.content), ["Decide"]);
});

test("subscribers hear what changed until they leave; the unknown is ignored", () => {
  const store = new Store(conversation(message("a")));
  const heard: Change[] = [];
  const leave = store.subscribe((change) => heard.push(change));
  store.apply(update(step("TEXT", 0), "x"));
  store.apply({ type: "Notice", text: "n" });
  store.apply({ type: "SomethingNew", cursor: 4 } as unknown as Event);
  store.apply({ type: "MessageCompleted", message_id: "unknown", token_count: 1 });
  leave();
  store.apply({ type: "MessagesRemoved" });
  assert.deepEqual(heard, [{ scope: "message", id: "a" }, { scope: "frame" }]);
});

test("a store never writes into the state it was given", () => {
  const given = conversation(message("a"));
  applied(given, update(step("TEXT", 0), "x"));
  assert.deepEqual(given, conversation(message("a")));
});
