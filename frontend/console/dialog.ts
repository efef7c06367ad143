import { h } from "../src/dom.js";
import { button, form, newId } from "./controls.js";
import type { FormOptions } from "./controls.js";

/** Those that wait, with what was typed in them, while somebody logs in again. */
const aside = new Set<HTMLDialogElement>();

export function setDialogsAside(): void {
  for (const dialog of document.querySelectorAll<HTMLDialogElement>("dialog[open]")) {
    aside.add(dialog);
    dialog.close();
  }
}

export function showDialogsAgain(): void {
  for (const dialog of aside) dialog.showModal();
  aside.clear();
}

/** What they are about is not shown any more. */
export function closeDialogs(): void {
  aside.clear();
  for (const dialog of document.querySelectorAll("dialog")) dialog.remove();
}

/** Shows a form over the page until it is done or given up; the browser keeps the focus in it. */
export function openDialog(title: string, options: Omit<FormOptions, "label">): void {
  const heading = h("h2", { id: newId() }, title);
  const dialog = h("dialog", { "aria-labelledby": heading.id });
  const cancel = button("Cancel", () => dialog.close());
  const act = async (data: FormData): Promise<void> => {
    await options.act(data);
    dialog.close();
  };
  const more = [...(options.more ?? []), cancel];
  dialog.append(heading, form({ ...options, label: title, act, more }));
  dialog.addEventListener("close", () => {
    if (aside.has(dialog)) return;
    dialog.remove();
    // What it was opened from may be gone with what was done in it.
    if (document.activeElement === document.body) document.querySelector<HTMLElement>("main h1")?.focus();
  });
  document.body.append(dialog);
  dialog.showModal();
}

/** Asks before something is done that cannot be undone. */
export function confirm(
  title: string,
  question: string,
  submit: string,
  act: () => Promise<unknown>,
): void {
  openDialog(title, { submit, act, fields: [h("p", {}, question)] });
}
