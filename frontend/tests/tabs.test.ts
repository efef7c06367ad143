import assert from "node:assert/strict";
import { test } from "node:test";
import { Api } from "../console/api.js";
import type { Followed } from "../console/api.js";
import { ConversationTalk } from "../console/conversation-talk.js";
import { Refused } from "../console/errors.js";
import type { Graphql } from "../console/graphql.js";
import { Tabs } from "../console/tabs.js";
import type { Message } from "../src/model.js";
import { Store } from "../src/store.js";

// A pause listens to the browser's network.
const nothing = (): void => undefined;
Object.assign(globalThis, { addEventListener: nothing, removeEventListener: nothing });

const soon = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

test("a tab is heard by the other tabs of its user, and by nobody else", async () => {
  const heard: string[] = [];
  const open = (name: string, user: string): Tabs => {
    const tabs = new Tabs((what) => heard.push(`${name} ${what}`));
    tabs.open(user);
    return tabs;
  };
  const [one, two, three] = [open("one", "ann"), open("two", "ann"), open("three", "bob")];
  one.tell("conv_1");
  await soon();
  assert.deepEqual(heard, ["two conv_1"]);
  // Somebody else logs in.
  two.open("bob");
  one.tell("conv_2");
  three.tell("room_1");
  await soon();
  assert.deepEqual(heard, ["two conv_1", "two room_1"]);
  for (const tabs of [one, two, three]) tabs.close();
  one.tell("conv_3");
  await soon();
  assert.equal(heard.length, 2);
});

/** What is told of, where the server answers everything. */
function listening() {
  const told: string[] = [];
  const graphql = { token: "ann", call: async () => ({ page: { items: [], total: 0 } }) };
  const around = { loggedOut: nothing, back: nothing, wrote: (what: string) => told.push(what) };
  return { told, graphql, api: new Api(graphql as unknown as Graphql, around) };
}

test("what changes something is told of, what reads is not", async () => {
  const { told, api } = listening();
  await Promise.all([api.conversations(1), api.rooms(1), api.agents(), api.conversation("conv_1")]);
  assert.deepEqual(told, []);
  await api.beginReply("conv_1", "hi", "key");
  await api.startRoom("room_1", "key");
  await api.deleteAgent(1);
  assert.deepEqual(told, ["conv_1", "room_1", "agents"]);
});

test("what is refused, or belongs to a login before, is not told of", async () => {
  const { told, graphql, api } = listening();
  const late = api.deleteRoom("room_1");
  graphql.token = "bob";
  await late;
  graphql.call = async () => {
    throw new Refused("no", "CONFLICT");
  };
  await assert.rejects(api.deleteRoom("room_1"));
  assert.deepEqual(told, []);
});

/** A conversation whose last reply is being written until it is ended. */
function running() {
  const reads: string[] = [];
  let end = nothing;
  const ended = new Promise<void>((resolve) => (end = resolve));
  const here = { title: "T", status: "RUNNING", gone: false };
  const answer = <T>(name: string, value: T): T => {
    reads.push(name);
    if (here.gone) throw new Refused("There is no conversation", "NOT_FOUND");
    return value;
  };
  const last = (): Message =>
    ({ id: "a", role: "ASSISTANT", status: here.status, content: "", process_steps: [] }) as Message;
  const api = {
    conversation: async () => answer("title", { title: here.title, model: "m" }),
    messages: async () => answer("messages", [last()]),
    watchReply: async function* (): AsyncGenerator<Followed> {
      await ended;
      here.status = "COMPLETED";
      yield { type: "MessageCompleted", cursor: "1", message_id: "a", token_count: 1 } as Followed;
    },
  } as unknown as Api;
  return { reads, here, end, talk: new ConversationTalk(api, new Store(), "conv_1", { changed: nothing }) };
}

test("what is followed is not read again until it ends, but for its name", async () => {
  const { reads, here, end, talk } = running();
  await talk.load();
  reads.length = 0;
  here.title = "Other";
  talk.refresh();
  talk.refresh();
  await soon();
  assert.deepEqual(reads, ["title", "title"]);
  assert.equal(talk.title, "Other");
  end();
  await soon();
  assert.deepEqual(reads.slice(2), ["title", "messages"]);
});

test("where nothing is left to read, nothing can be written", async () => {
  const { here, end, talk } = running();
  await talk.load();
  here.gone = true;
  talk.refresh();
  end();
  await soon();
  assert.equal(talk.store.blocked, "This conversation does not exist any more.");
  assert.equal(talk.store.state.messages.length, 1);
});
