/** Who is logged in. The console keeps its login in the same two places of this browser tab. */
import { useSyncExternalStore } from "react";
import { arrive } from "./own";

const TOKEN = "luxx-token";
const NAME = "luxx-name";
const listeners = new Set<() => void>();

export const token = (): string | null => sessionStorage.getItem(TOKEN);
export const userName = (): string | null => (token() ? sessionStorage.getItem(NAME) : null);

export function begin(made: string, name: string): void {
  sessionStorage.setItem(TOKEN, made);
  sessionStorage.setItem(NAME, name);
  changed();
}

export function end(): void {
  sessionStorage.removeItem(TOKEN);
  sessionStorage.removeItem(NAME);
  changed();
}

export function useUserName(): string | null {
  return useSyncExternalStore(subscribe, userName);
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

function changed(): void {
  arrive(userName());
  for (const listener of listeners) listener();
}

// A page that the browser kept and shows again: somebody may have come or gone in the console.
addEventListener("pageshow", changed);
