import assert from "node:assert/strict";
import { test } from "node:test";
import { Listing } from "../console/listing.js";
import { conversationInput } from "../console/settings.js";

interface Item {
  id: string;
}

const PAGE = 20;

/** A list on a server, of ids from the newest; `hold` keeps its answers back. */
function server(count: number) {
  const ids = Array.from({ length: count }, (_, at) => `${count - at}`);
  const waiting: (() => void)[] = [];
  const here = { ids, hold: false, release: () => waiting.splice(0).forEach((go) => go()) };
  const read = async (page: number): Promise<{ items: Item[]; total: number }> => {
    const items = ids.slice((page - 1) * PAGE, page * PAGE).map((id) => ({ id }));
    const total = ids.length;
    if (here.hold) await new Promise<void>((resolve) => waiting.push(resolve));
    return { items, total };
  };
  return { here, listing: new Listing(read) };
}

const shown = (listing: Listing<Item>): string[] => listing.items.map(({ id }) => id);

test("a list shows more, skips nothing, and forgets what is gone elsewhere", async () => {
  const { here, listing } = server(45);
  await listing.refresh();
  assert.deepEqual(shown(listing), here.ids.slice(0, 20));
  await listing.more();
  here.ids.splice(3, 5);
  await listing.more();
  assert.deepEqual(shown(listing), here.ids);
  here.ids.splice(30, 1);
  here.ids.unshift("new");
  await listing.refresh();
  assert.deepEqual(shown(listing), here.ids);
  assert.equal(listing.total, here.ids.length);
});

test("what was removed is not brought back by an answer from before", async () => {
  const { here, listing } = server(3);
  await listing.refresh();
  here.hold = true;
  const late = listing.refresh();
  here.ids.splice(0, 1);
  listing.remove("3");
  here.release();
  assert.equal(await late, false);
  assert.deepEqual(shown(listing), ["2", "1"]);
  assert.equal(listing.total, 2);
});

test("a model that is cleared is told, one that is left is not", () => {
  const known = { id: "c", title: "T", model: "m", provider_id: 1, system_prompt: "", thinking_enabled: false };
  const data = new FormData();
  for (const [name, value] of Object.entries({ title: "T", provider_id: "1", model: " " })) data.set(name, value);
  assert.equal(conversationInput(data, known)["model"], "");
  assert.equal(conversationInput(data)["model"], undefined);
  data.set("model", "m");
  assert.equal(conversationInput(data, known)["model"], undefined);
  data.set("model", "other");
  assert.equal(conversationInput(data, known)["model"], "other");
});
