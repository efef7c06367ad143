import assert from "node:assert/strict";
import { test } from "node:test";
import type { Api, Followed } from "../console/api.js";
import { ConversationTalk } from "../console/conversation-talk.js";
import { Refused } from "../console/errors.js";
import { RoomTalk } from "../console/room-talk.js";
import type { Message } from "../src/model.js";
import { Store } from "../src/store.js";

const AROUND = { changed: (): void => undefined };

function message(id: string, more: Partial<Message> = {}): Message {
  return { id, role: "ASSISTANT", status: "COMPLETED", content: id, process_steps: [], ...more };
}

function many(count: number, from = 0): Message[] {
  return Array.from({ length: count }, (_, at) => message(`m${from + at}`));
}

async function* give(...events: object[]): AsyncGenerator<Followed> {
  yield* events as Followed[];
}

/** What a server would answer; what is not given is not asked for. */
function talk(answers: object): ConversationTalk {
  const usual = { conversation: async () => ({ title: "T", model: "m" }), messages: async () => [] };
  const api = { ...usual, ...answers } as unknown as Api;
  return new ConversationTalk(api, new Store(), "conv_1", AROUND);
}

const ids = (one: { store: Store }): string[] => one.store.state.messages.map(({ id }) => id);
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test("earlier messages are put before the others, and stay when the newest are read again", async () => {
  const pages: Record<string, Message[]> = { newest: many(200, 50), m50: many(50) };
  const one = talk({ messages: async (_: string, before = "newest") => pages[before] });
  await one.load();
  assert.equal(one.hasEarlier, true);
  await one.loadEarlier();
  assert.equal(one.hasEarlier, false);
  assert.deepEqual(ids(one), many(250).map(({ id }) => id));
  pages["newest"] = many(200, 51);
  await one.load();
  assert.deepEqual(ids(one), many(251).map(({ id }) => id));
  assert.equal(one.hasEarlier, false);
});

test("what is being written is followed from its first event", async () => {
  const asked: unknown[] = [];
  const one = talk({
    messages: async () => [message("u", { role: "USER" }), message("a", { status: "RUNNING", content: "Hel" })],
    watchReply: (id: string, after: string | null) => {
      asked.push([id, after]);
      const step = { type: "TEXT", index: 0, id: "s" };
      return give(
        { type: "StepUpdated", cursor: "1", message_id: "a", step, delta: "Hello" },
        { type: "MessageCompleted", cursor: "2", message_id: "a", token_count: 2 },
      );
    },
  });
  await one.load();
  await soon();
  const reply = one.store.state.messages[1];
  assert.deepEqual(asked, [["a", null]]);
  assert.equal(reply?.status, "COMPLETED");
  assert.deepEqual(reply?.process_steps.map(({ content }) => content), ["Hello"]);
});

test("where an event is no longer kept, what is stored is read", async () => {
  let reads = 0;
  const one = talk({
    messages: async () => [message("a", { status: reads++ === 0 ? "RUNNING" : "COMPLETED" })],
    watchReply: async function* () {
      throw new Refused("after: gone", "BAD_USER_INPUT", "after");
    },
  });
  await one.load();
  await soon();
  assert.equal(reads, 2);
  assert.equal(one.store.state.messages[0]?.status, "COMPLETED");
});

test("a text that is sent twice while it is on its way is one message", async () => {
  const keys: string[] = [];
  const exchange = { user_message: message("u", { role: "USER" }), assistant_message: message("a") };
  const one = talk({
    beginReply: async (_: string, _text: string, key: string) => {
      keys.push(key);
      return exchange;
    },
    watchReply: () => give({ type: "MessageCompleted", cursor: "1", message_id: "a", token_count: 1 }),
  });
  const [first, second] = [one.send("hi"), one.send("hi")];
  await assert.rejects(one.send("other"));
  await Promise.all([first, second]);
  assert.equal(keys.length, 1);
  assert.match(keys[0] ?? "", /^[0-9a-f]{32}$/);
  assert.deepEqual(ids(one), ["u", "a"]);
});

test("a refused message is said and not taken", async () => {
  const one = talk({
    beginReply: async () => {
      throw new Refused("There is no provider", "BAD_USER_INPUT");
    },
  });
  await assert.rejects(Promise.resolve(one.send("hi")));
  assert.equal(one.store.state.notice, "There is no provider");
});

test("a retry takes the place of what failed, also where a part of it is gone already", async () => {
  const deleted: string[] = [];
  const one = talk({
    messages: async () => [message("x"), message("u", { role: "USER", content: "ask" }), message("f", { status: "FAILED" })],
    deleteMessage: async (id: string) => {
      deleted.push(id);
      if (id === "f") throw new Refused("no such message", "NOT_FOUND");
    },
    beginReply: async (_: string, text: string) => ({
      user_message: message("v", { role: "USER", content: text }),
      assistant_message: message("b"),
    }),
    watchReply: () => give({ type: "MessageCompleted", cursor: "1", message_id: "b", token_count: 1 }),
  });
  await one.load();
  one.retry();
  await soon();
  assert.deepEqual(deleted, ["f", "u"]);
  assert.deepEqual(ids(one), ["x", "v", "b"]);
  assert.equal(one.store.state.messages[1]?.content, "ask");
});

test("a running room shows what has ended and follows the rest", async () => {
  const room = { id: "room_1", title: "R", task: "T", status: "RUNNING", max_rounds: 2, current_round: 1, agents: [] };
  const started = { role: "ASSISTANT", sender_name: "A", sender_color: "#123456", round_number: 1 };
  const api = {
    room: async () => room,
    roomMessages: async () => [message("t", { role: "USER" }), message("a"), message("b", { status: "RUNNING" })],
    watchRoom: () =>
      give(
        { type: "RoomStarted", cursor: "1", task: "T" },
        { type: "MessageStarted", cursor: "2", id: "a", ...started },
        { type: "MessageStarted", cursor: "3", id: "b", ...started },
        { type: "MessageChunk", cursor: "4", id: "b", content: "B" },
        { type: "MessageEnded", cursor: "5", id: "b", content: "B", token_count: 1, status: "COMPLETED" },
        { type: "RoomCompleted", cursor: "6", total_rounds: 1 },
      ),
  } as unknown as Api;
  const one = new RoomTalk(api, new Store(), "room_1", AROUND);
  await one.load();
  assert.deepEqual(ids(one), ["t", "a"]);
  await soon();
  assert.deepEqual(ids(one), ["t", "a", "b"]);
  assert.deepEqual(one.store.state.messages.map(({ status }) => status), Array(3).fill("COMPLETED"));
  assert.equal(one.store.state.room?.status, "COMPLETED");
});
