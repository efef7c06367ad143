import assert from "node:assert/strict";
import { mock, test } from "node:test";
import { Link } from "../src/link.js";
import type { ToKernel } from "../src/link.js";
import type { Event, State } from "../src/model.js";
import { Store } from "../src/store.js";

const STATE: State = { kind: "conversation", id: "c", title: "t", messages: [] };

function linked(seq: number | null): { store: Store; link: Link; sent: ToKernel[] } {
  const store = new Store(STATE);
  const sent: ToKernel[] = [];
  return { store, sent, link: new Link(store, (message) => sent.push(message), seq) };
}

function notice(text: string): Event[] {
  return [{ type: "Notice", text }];
}

test("events count from the state on", () => {
  const { store, link, sent } = linked(null);
  assert.deepEqual(sent, [{ k: "sync" }]);
  link.receive({ k: "events", seq: 3, events: notice("early") });
  assert.equal(store.state.notice, undefined);
  link.receive({ k: "state", seq: 4, state: STATE });
  link.receive({ k: "events", seq: 5, events: notice("on time") });
  assert.equal(store.state.notice, "on time");
});

test("a state that came with its number needs no question", () => {
  const { store, link, sent } = linked(7);
  link.receive({ k: "events", seq: 7, events: notice("in the state already") });
  assert.equal(store.state.notice, undefined);
  link.receive({ k: "events", seq: 8, events: notice("next") });
  assert.equal(store.state.notice, "next");
  assert.deepEqual(sent, []);
});

test("a gap asks for the state once and applies nothing until it comes", () => {
  const { store, link, sent } = linked(1);
  link.receive({ k: "events", seq: 3, events: notice("after a gap") });
  link.receive({ k: "events", seq: 4, events: notice("later") });
  assert.deepEqual(sent, [{ k: "sync" }]);
  assert.equal(store.state.notice, undefined);
  link.receive({ k: "state", seq: 9, state: STATE });
  link.receive({ k: "events", seq: 10, events: notice("again") });
  assert.equal(store.state.notice, "again");
});

test("a sent text is settled by its acknowledgement", async () => {
  const { link, sent } = linked(0);
  const taken = link.send("hello");
  assert.deepEqual(sent, [{ k: "send", text: "hello" }]);
  link.receive({ k: "ack" });
  await taken;
});

test("silence is reported, and any message takes the report away", () => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { store, link } = linked(0);
  link.stop();
  mock.timers.tick(2499);
  assert.equal(store.hint, null);
  mock.timers.tick(1);
  assert.match(store.hint ?? "", /busy or gone/);
  link.receive({ k: "ack" });
  assert.equal(store.hint, null);
  mock.timers.reset();
});

test("only what ends something is worth saving", () => {
  const { link } = linked(0);
  assert.equal(link.receive({ k: "state", seq: 0, state: STATE }), true);
  const chunk: Event = { type: "MessageChunk", id: "m", content: "x" };
  assert.equal(link.receive({ k: "events", seq: 1, events: [chunk] }), false);
  assert.equal(link.receive({ k: "events", seq: 2, events: notice("n") }), true);
});
