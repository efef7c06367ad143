/** Long enough for a frame to be drawn in between, short enough not to be noticed. */
const FALLBACK_MS = 30;

const waiting: (() => void)[] = [];

/** Runs jobs one by one while the page has nothing better to do, in the order they came. */
export function whenIdle(job: () => void): void {
  waiting.push(job);
  if (waiting.length === 1) schedule();
}

function schedule(): void {
  // Not every browser can tell when it is idle.
  if (typeof requestIdleCallback === "function") requestIdleCallback(runNext, { timeout: 1000 });
  else setTimeout(runNext, FALLBACK_MS);
}

function runNext(): void {
  const job = waiting.shift();
  // First, so that a job that throws does not hold up the others.
  if (waiting.length > 0) schedule();
  job?.();
}
