import assert from "node:assert/strict";
import { test } from "node:test";
import type { Api, Followed } from "../console/api.js";
import { ConversationTalk } from "../console/conversation-talk.js";
import { Refused, Unreachable } from "../console/errors.js";
import { RoomTalk } from "../console/room-talk.js";
import type { Message } from "../src/model.js";
import { Store } from "../src/store.js";

// A pause listens to the browser's network.
const nothing = (): void => undefined;
Object.assign(globalThis, { addEventListener: nothing, removeEventListener: nothing });

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
const until = async (done: () => boolean): Promise<void> => {
  for (let left = 400; !done() && left > 0; left--) await new Promise((resolve) => setTimeout(resolve, 5));
};
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

/** A failed answer that is asked for again; `lost` are ids whose deletion's first answer gets lost. */
function failed(lost: string[], answers: object = {}) {
  const stored = [message("x"), message("u", { role: "USER", content: "ask" }), message("f", { status: "FAILED" })];
  const asked: string[][] = [];
  const one = talk({
    messages: async () => [...stored],
    deleteMessage: async (id: string) => {
      const at = stored.findIndex((known) => known.id === id);
      if (at < 0) throw new Refused("no such message", "NOT_FOUND");
      stored.splice(at, 1);
      if (lost.includes(id)) throw new Unreachable("lost");
    },
    beginReply: async (_: string, text: string, key: string) => {
      asked.push([text, key]);
      return { user_message: message("v", { role: "USER", content: text }), assistant_message: message("b") };
    },
    watchReply: () => give({ type: "MessageCompleted", cursor: "1", message_id: "b", token_count: 1 }),
    ...answers,
  });
  return { one, stored, asked };
}

test("a retry takes the place of what failed, also where an answer gets lost, and once", async () => {
  const { one, asked } = failed(["f", "u"]);
  await one.load();
  one.retry();
  one.retry();
  await assert.rejects(Promise.resolve(one.send("other")));
  await until(() => ids(one).includes("b"));
  assert.deepEqual(ids(one), ["x", "v", "b"]);
  assert.deepEqual(asked.map(([text]) => text), ["ask"]);
});

test("a retry of what another page has deleted reads what is there", async () => {
  const { one, stored, asked } = failed([]);
  await one.load();
  stored.splice(1, 2);
  one.retry();
  await soon();
  assert.deepEqual(asked, []);
  assert.deepEqual(ids(one), ["x"]);
  assert.equal(one.store.state.notice, "no such message");
});

test("a question that is deleted and not taken again goes back to its author", async () => {
  const beginReply = async (): Promise<never> => {
    throw new Refused("There is no provider", "BAD_USER_INPUT");
  };
  const { one } = failed([], { beginReply });
  await one.load();
  one.retry();
  await soon();
  assert.equal(one.store.state.notice, "There is no provider");
  await one.load();
  assert.equal(one.store.takeDraft(), "ask");
  assert.equal(one.store.takeDraft(), null);
});

test("a message whose fate is unknown is sent again with its key, another one is not", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const keys: (string | undefined)[] = [];
  let gone = true;
  const beginReply = async (_: string, text: string, key: string): Promise<object> => {
    if (keys.at(-1) !== key) keys.push(key);
    if (gone) throw new Unreachable("gone");
    return { user_message: message("v", { role: "USER", content: text }), assistant_message: message("b") };
  };
  const { one } = failed([], { beginReply });
  await one.load();
  const sent = async (text: string): Promise<void> => {
    const done = one.send(text).catch(() => undefined);
    const waiting = setInterval(() => t.mock.timers.tick(5000), 1);
    await done;
    clearInterval(waiting);
  };
  await sent("ask");
  gone = false;
  one.retry();
  await soon();
  assert.equal(keys.length, 2);
  gone = true;
  keys.length = 0;
  await sent("first");
  assert.equal(one.store.hint, null);
  assert.match(one.store.state.notice ?? "", /cannot be reached/);
  await sent("first");
  assert.equal(keys.length, 1);
  gone = false;
  await sent("first");
  await sent("first");
  assert.equal(keys.length, 2);
});

test("what is read is not joined to what was read anew meanwhile", async () => {
  const newest: Message[][] = [many(200, 50)];
  let release = (): void => undefined;
  const one = talk({
    messages: async (_: string, before?: string) => {
      if (before === undefined) return newest[0];
      await new Promise<void>((resolve) => (release = resolve));
      return before === "m50" ? many(50) : [];
    },
  });
  await one.load();
  const early = one.loadEarlier();
  one.store.apply({ type: "MessageStored", message: message("new") });
  release();
  await early;
  assert.equal(ids(one).at(-1), "new");
  assert.equal(ids(one).length, 251);
  newest[0] = many(3, 900);
  const late = one.loadEarlier();
  await one.load();
  release();
  await late;
  assert.deepEqual(ids(one), ["m900", "m901", "m902"]);
  assert.equal(one.hasEarlier, false);
});

test("a page whose first reading was refused can be read again", async () => {
  let refused = true;
  const one = talk({
    messages: async () => {
      if (refused) throw new Refused("broken", "INTERNAL");
      return many(1);
    },
  });
  await assert.rejects(one.load());
  refused = false;
  one.refresh();
  await soon();
  assert.deepEqual(ids(one), ["m0"]);
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

test("a reading of a room that was left behind does not change what is told again", async () => {
  const details = { id: "room_1", title: "R", task: "T", max_rounds: 2, agents: [] };
  const answers: ((ended: Message[]) => void)[] = [];
  const started = { role: "ASSISTANT", sender_name: "A", sender_color: "#123456", round_number: 1 };
  const api = {
    room: async () => ({ ...details, status: "RUNNING", current_round: answers.length }),
    roomMessages: () => new Promise((resolve) => answers.push(resolve)),
    watchRoom: () => give({ type: "MessageStarted", cursor: "1", id: "a", ...started }),
  } as unknown as Api;
  const one = new RoomTalk(api, new Store(), "room_1", AROUND);
  const first = assert.rejects(one.load());
  await soon();
  const second = one.load();
  await soon();
  answers[1]?.([]);
  await second;
  answers[0]?.([message("a")]);
  await first;
  await soon();
  assert.deepEqual(ids(one), ["a"]);
  one.close();
});
