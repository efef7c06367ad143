/** What the server reported, in its own words. */
export class Refused extends Error {
  readonly code: string;
  /** The input that does not fit, as GraphQL names it. */
  readonly field: string | null;

  constructor(message: string, code: string, field: string | null = null) {
    super(message);
    this.code = code;
    this.field = field;
  }
}

/** The login has ended, and a new one is asked for where the reader sees it. */
export class LoggedOut extends Refused {
  constructor() {
    super("Your login has ended.", "UNAUTHENTICATED");
  }
}

/** There was no answer, or none of Luxx: it may come when it is asked again. */
export class Unreachable extends Error {}

interface Reported {
  message: string;
  extensions?: { code?: string; field?: string; retryAfter?: number };
}

/** The error that a GraphQL answer carries. */
export function reported({ message, extensions = {} }: Reported): Error {
  const { code = "INTERNAL", field = null, retryAfter } = extensions;
  if (code === "UNAVAILABLE") return new Unreachable(message);
  const later = retryAfter ? `${message}. Try again in ${Math.ceil(retryAfter)} s.` : message;
  return new Refused(later, code, field);
}

export function hasCode(error: unknown, ...codes: string[]): boolean {
  return error instanceof Refused && codes.includes(error.code);
}

/** What was asked for is not wanted any more: another page was opened, or all of it read anew. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

export const LOST = "Connection lost. Reconnecting…";

/** For the reader. */
export function wording(error: unknown): string {
  if (error instanceof Unreachable) return "The server cannot be reached at the moment.";
  if (error instanceof Error && error.message) return error.message;
  return "Something went wrong.";
}
