/** Whether the steps in comments may run that no example has: asked once for each text. */
import { useSyncExternalStore } from "react";

export interface Question {
  /** What would be sent. */
  steps: string[];
  answer: (yes: boolean) => void;
}

const agreed = new Set<string>();
const listeners = new Set<() => void>();
let question: Question | null = null;

export function agrees(steps: Map<string, string>, needed: string[]): Promise<boolean> {
  const text = JSON.stringify([...steps]);
  if (agreed.has(text)) return Promise.resolve(true);
  withdraw();
  return new Promise((resolve) => {
    const answer = (yes: boolean): void => {
      if (yes) agreed.add(text);
      show(null);
      resolve(yes);
    };
    show({ steps: [...new Set(needed)].map((name) => steps.get(name) ?? ""), answer });
  });
}

/** Nobody waits for the answer any more. */
export function withdraw(): void {
  question?.answer(false);
}

export function useQuestion(): Question | null {
  return useSyncExternalStore(subscribe, () => question);
}

function show(next: Question | null): void {
  question = next;
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
