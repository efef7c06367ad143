import assert from "node:assert/strict";
import { test } from "node:test";
import { Refused, Unreachable } from "../console/errors.js";
import { follow, persist } from "../console/following.js";

interface Told {
  cursor: string;
  type: string;
}

const told = (cursor: string, type = "StepUpdated"): Told => ({ cursor, type });

/** Connections that each give some events and then end, or break with an error. */
function connections(...each: (Told[] | Error)[]) {
  const asked: (string | null)[] = [];
  async function* subscribe(after: string | null): AsyncGenerator<Told> {
    asked.push(after);
    const one = each[asked.length - 1] ?? [];
    if (one instanceof Error) throw one;
    yield* one;
  }
  const once = async (): Promise<void> => void (await all(subscribe(null)));
  return { asked, subscribe, once };
}

function line(controller = new AbortController()) {
  const pauses: number[] = [];
  const lost: boolean[] = [];
  return {
    pauses,
    lost,
    connection: {
      signal: controller.signal,
      lost: (is: boolean) => void lost.push(is),
      pause: async (ms: number) => void pauses.push(ms),
    },
  };
}

type Line = ReturnType<typeof line>;

async function all<T>(events: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const event of events) found.push(event);
  return found;
}

test("a broken connection is made anew from the last event", async () => {
  const broken = new Unreachable("gone");
  const { asked, subscribe } = connections([told("1"), told("2")], broken, [told("3", "MessageCompleted")]);
  const { connection, pauses, lost } = line();
  const events = await all(follow(subscribe, connection));
  assert.deepEqual(events.map(({ cursor }) => cursor), ["1", "2", "3"]);
  assert.deepEqual(asked, [null, "2", "2"]);
  assert.deepEqual(pauses, [200, 400]);
  assert.deepEqual(lost, [false, false, true, true, false, false]);
});

test("a server that is heard is not lost, though the model says nothing", async () => {
  const { connection, lost } = line();
  const seen: boolean[] = [];
  let connections = 0;
  async function* subscribe(_: string | null, heard: () => void): AsyncGenerator<Told> {
    if (connections++ === 0) throw new Unreachable("gone");
    heard();
    seen.push(...lost);
    yield told("1", "MessageCompleted");
  }
  await all(follow(subscribe, connection));
  assert.deepEqual(seen, [true, false]);
});

test("however it ends, nothing is said to be lost any more", async () => {
  const gone = new Unreachable("gone");
  const refused = new Refused("no", "CONFLICT");
  const ends = [
    (one: Line) => all(follow(connections(gone, refused).subscribe, one.connection)),
    (one: Line) => persist(connections(gone, refused).once, one.connection),
    (one: Line) => persist(connections(gone, gone).once, one.connection, 2),
  ];
  for (const end of ends) {
    const one = line();
    await assert.rejects(end(one));
    assert.deepEqual(one.lost, [true, false]);
  }
  const controller = new AbortController();
  const one = line(controller);
  const pause = async (): Promise<void> => {
    controller.abort();
    throw controller.signal.reason;
  };
  await assert.rejects(persist(connections(gone).once, { ...one.connection, pause }));
  assert.deepEqual(one.lost, [true, false]);
});

test("nothing is asked for after the last event", async () => {
  for (const type of ["MessageFailed", "RoomCompleted", "RoomPaused", "RoomFailed"]) {
    const { asked, subscribe } = connections([told("1", type), told("2")]);
    assert.equal((await all(follow(subscribe, line().connection))).length, 1);
    assert.equal(asked.length, 1);
  }
});

test("the pauses grow to a limit and begin anew once something comes", async () => {
  const gone = new Unreachable("gone");
  const { subscribe } = connections(...Array(7).fill(gone), [told("1")], gone, [told("2", "RoomPaused")]);
  const { connection, pauses } = line();
  await all(follow(subscribe, connection));
  assert.deepEqual(pauses, [200, 400, 800, 1600, 3200, 5000, 5000, 200, 400]);
});

test("what the server refuses ends it", async () => {
  const { subscribe } = connections([told("1")], new Refused("gone", "BAD_USER_INPUT"));
  await assert.rejects(all(follow(subscribe, line().connection)), Refused);
});

test("it ends when nobody wants it any more", async () => {
  const controller = new AbortController();
  const { subscribe } = connections(new Unreachable("gone"));
  controller.abort();
  await assert.rejects(all(follow(subscribe, line(controller).connection)), { name: "AbortError" });
});

test("a request is repeated while there is no answer, so often at most", async () => {
  let attempts = 0;
  const attempt = async (): Promise<string> => {
    attempts += 1;
    if (attempts < 3) throw new Unreachable("gone");
    return "done";
  };
  assert.equal(await persist(attempt, line().connection), "done");
  assert.equal(attempts, 3);
  attempts = -10;
  await assert.rejects(persist(attempt, line().connection, 4), Unreachable);
  assert.equal(attempts, -6);
});

test("a refusal is not asked for again", async () => {
  let attempts = 0;
  const refused = async (): Promise<never> => {
    attempts += 1;
    throw new Refused("no", "CONFLICT");
  };
  await assert.rejects(persist(refused, line().connection), Refused);
  assert.equal(attempts, 1);
});
