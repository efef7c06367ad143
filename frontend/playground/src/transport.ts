/** The two ways to the server; the login goes along on both. */
import { createClient } from "graphql-ws";
import { failure, type Operation, type Result } from "./result";
import * as session from "./session";

const PATH = "/graphql";
const FORBIDDEN = 4403;

/** A query or a mutation; what went wrong on the way is an answer as well. */
export async function post(operation: Operation, options: RequestInit = {}): Promise<Result> {
  const token = session.token();
  const headers: Record<string, string> = { "Content-Type": "application/json" };
  if (token) headers["Authorization"] = `Bearer ${token}`;
  let response: Response;
  try {
    response = await fetch(PATH, { method: "POST", headers, body: JSON.stringify(operation), ...options });
  } catch {
    return failure("The server cannot be reached");
  }
  const result = await read(response);
  // It may be a late answer about a login before this one.
  if (token && token === session.token() && isUnauthenticated(result)) session.end();
  return result;
}

async function read(response: Response): Promise<Result> {
  try {
    return (await response.json()) as Result;
  } catch {
    return failure(`The server answered ${response.status} and no JSON`);
  }
}

export function isUnauthenticated({ errors }: Result): boolean {
  return errors?.some((error) => error.extensions?.["code"] === "UNAUTHENTICATED") ?? false;
}

// Without a new attempt of its own: it would begin a stream again, and show all of it twice.
const socket = createClient({
  url: `${location.protocol === "https:" ? "wss:" : "ws:"}//${location.host}${PATH}`,
  connectionParams: () => ({ Authorization: `Bearer ${session.token() ?? ""}` }),
  retryAttempts: 0,
});

export interface Listener {
  next(result: Result): void;
  /** Once; `reason` where it did not end by itself. */
  ended(reason?: Result): void;
}

/** A subscription; returns what ends it. */
export function follow(operation: Operation, listener: Listener): () => void {
  if (!session.token()) {
    listener.ended(failure("Log in first: subscriptions need it"));
    return () => undefined;
  }
  return socket.subscribe<Record<string, unknown>>(operation, {
    next: (result) => listener.next(result as Result),
    error: (error) => listener.ended(explain(error)),
    complete: () => listener.ended(),
  });
}

function explain(error: unknown): Result {
  if (Array.isArray(error)) return { errors: error };
  if (error instanceof CloseEvent && error.code === FORBIDDEN) {
    session.end();
    return failure("The login is not valid any more: log in again");
  }
  if (error instanceof CloseEvent) {
    const why = error.reason ? `, ${error.reason}` : "";
    return failure(`The websocket was closed (code ${error.code}${why}); a reply goes on without it`);
  }
  return failure("The websocket was refused or lost; a reply goes on without it");
}
