import assert from "node:assert/strict";
import { test } from "node:test";
import { hasCode, reported, Unreachable, wording } from "../console/errors.js";
import { Frames } from "../console/frames.js";
import { library, operation } from "../console/operations.js";
import { Replay } from "../console/replay.js";
import { format, parse } from "../console/route.js";
import type { Event } from "../src/model.js";
import { Store } from "../src/store.js";

test("events are found however their bytes are cut", () => {
  const text = ": ping\r\n\r\nevent: next\r\ndata: {\"a\":\r\ndata: 1}\r\n\r\nevent: complete\r\n\r\ndata\n\n";
  const whole = [
    { name: "next", data: '{"a":\n1}' },
    { name: "message", data: "" },
  ];
  for (let size = 1; size <= text.length; size++) {
    const frames = new Frames();
    const found = [];
    for (let at = 0; at < text.length; at += size) found.push(...frames.feed(text.slice(at, at + size)));
    assert.deepEqual(found, whole, `pieces of ${size}`);
  }
});

test("an operation brings the fragments that it needs, each once", () => {
  const find = library([
    "query A {\n  a {\n    ...F\n    ...G\n  }\n}\n",
    "fragment F on T {\n  ...G\n  ... on U {\n    x\n  }\n}\n\nfragment G on T {\n  y\n}\nfragment H on T {\n  z\n}\n",
  ]);
  assert.deepEqual(find("A").match(/^\w+ \w+/gm), ["query A", "fragment F", "fragment G"]);
  assert.throws(() => find("B"));
});

test("every operation that the console sends is there", () => {
  for (const name of ["Login", "BeginReply", "WatchReply", "FollowRoomDeltas", "RoomHistory", "CreateAgent", "Tools"]) {
    assert.match(operation(name), new RegExp(`^(query|mutation|subscription) ${name}\\b`));
  }
});

test("a route is what its address says, and nothing else is one", () => {
  for (const hash of ["#/", "#/agents", "#/providers", "#/c/new", "#/r/new", "#/c/conv_a1", "#/r/room_b2"]) {
    assert.equal(format(parse(hash)), hash);
  }
  for (const hash of ["", "#", "#/c/room_b2", "#/r/conv_a1", "#/c/conv_a1/x", "#/c/conv_<b>", "#main"]) {
    assert.deepEqual(parse(hash), { page: "welcome" });
  }
});

test("an error keeps its code and says when to come again", () => {
  const limited = reported({ message: "Too many", extensions: { code: "RATE_LIMITED", retryAfter: 2.5 } });
  assert.ok(hasCode(limited, "CONFLICT", "RATE_LIMITED"));
  assert.equal(wording(limited), "Too many. Try again in 3 s.");
  assert.ok(reported({ message: "x", extensions: { code: "UNAVAILABLE" } }) instanceof Unreachable);
  assert.ok(hasCode(reported({ message: "x" }), "INTERNAL"));
});

const of = (event: object): Event => event as Event;

test("what had ended is not told again, what had not is", () => {
  const replay = new Replay(["a", "b"], 2);
  const passed = [
    of({ type: "RoomStarted", task: "T" }),
    of({ type: "RoundStarted", round: 1 }),
    of({ type: "MessageStarted", id: "a" }),
    of({ type: "MessageChunk", id: "a" }),
    of({ type: "StepUpdated", message_id: "a" }),
    of({ type: "MessageEnded", id: "a" }),
    of({ type: "MessageStored", message: { id: "a" } }),
    of({ type: "AgentFailed", agent: "A" }),
    of({ type: "RoundStarted", round: 2 }),
    of({ type: "MessageStarted", id: "c" }),
    of({ type: "StepUpdated", message_id: "c" }),
    of({ type: "MessageStored", message: { id: "c" } }),
    of({ type: "AgentFailed", agent: "C" }),
    of({ type: "RoomPaused", round: 2 }),
  ].filter((event) => replay.passes(event));
  const told = passed.map((event) => event.type);
  assert.deepEqual(told, [
    "RoomStarted",
    "RoundStarted",
    "MessageStarted",
    "StepUpdated",
    "MessageStored",
    "AgentFailed",
    "RoomPaused",
  ]);
});

test("a message that is stored without its steps keeps those that were told", () => {
  const store = new Store({ kind: "room", id: "r", title: "", messages: [] });
  const step = { type: "THINKING", index: 0, id: "s" };
  const fields = { id: "m", role: "ASSISTANT", content: "x" };
  store.apply(of({ type: "MessageStarted", ...fields, sender_name: "Ada", round_number: 1 }));
  store.apply(of({ type: "StepUpdated", message_id: "m", step, delta: "hm" }));
  store.apply(of({ type: "MessageStored", message: { ...fields, status: "COMPLETED" } }));
  assert.deepEqual(store.state.messages[0]?.process_steps.map(({ content }) => content), ["hm"]);
  store.apply(of({ type: "MessageStored", message: { ...fields, status: "RUNNING", process_steps: [] } }));
  assert.deepEqual(store.state.messages[0]?.process_steps, []);
});
