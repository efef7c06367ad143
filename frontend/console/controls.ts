import { h, setHidden, setText } from "../src/dom.js";
import { LoggedOut, Refused, wording } from "./errors.js";
import { icon } from "./icons.js";
import type { Icon } from "./icons.js";

type Control = HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement;

let numbers = 0;

/** An id that no other element of the page has. */
export function newId(): string {
  return `id-${++numbers}`;
}

/** A control below its label, and what is good to know about it. */
export function field(label: string, control: Control, hint = ""): HTMLElement {
  control.id = newId();
  const name = h("label", { for: control.id }, label);
  if (hint === "") return h("div", { class: "field" }, name, control);
  const about = h("p", { class: "hint", id: newId() }, hint);
  control.setAttribute("aria-describedby", about.id);
  return h("div", { class: "field" }, name, control, about);
}

export function checkbox(label: string, name: string, checked = false, value = "on"): HTMLElement {
  const box = h("input", { type: "checkbox", name, value, id: newId(), checked });
  return h("div", { class: "check" }, box, h("label", { for: box.id }, label));
}

/** A button that shows a picture only; `label` is its name. */
export function iconButton(name: Icon, label: string, act: () => void): HTMLButtonElement {
  const button = h("button", { type: "button", class: "icon-button", title: label, "aria-label": label });
  button.append(icon(name));
  button.addEventListener("click", act);
  return button;
}

export function button(label: string, act: () => void, kind = ""): HTMLButtonElement {
  const made = h("button", { type: "button", class: kind }, label);
  made.addEventListener("click", act);
  return made;
}

export interface FormOptions {
  label: string;
  submit: string;
  fields: Node[];
  /** Rejects with what is to be shown. */
  act: (data: FormData) => Promise<unknown>;
  /** Beside the submit button. */
  more?: Node[];
}

/** A form that says what was wrong with it, where that is or else beside the button that was pressed. */
export function form({ label, submit, fields, act, more = [] }: FormOptions): HTMLFormElement {
  const error = h("p", { class: "error", role: "alert", hidden: true });
  const press = h("button", { type: "submit", class: "primary" }, submit);
  const foot = h("div", { class: "buttons" }, press, ...more);
  const made = h("form", { "aria-label": label }, ...fields, error, foot);
  made.addEventListener("submit", (event) => {
    event.preventDefault();
    void submitted(made, press, error, act);
  });
  made.addEventListener("input", (event) => {
    if (event.target instanceof Element) event.target.removeAttribute("aria-invalid");
  });
  return made;
}

async function submitted(
  made: HTMLFormElement,
  press: HTMLButtonElement,
  error: HTMLElement,
  act: FormOptions["act"],
): Promise<void> {
  if (press.disabled) return;
  press.disabled = true;
  setHidden(error, true);
  try {
    await act(new FormData(made));
  } catch (reason) {
    // A login form says it; afterwards this one is to be sent again.
    if (reason instanceof LoggedOut) return;
    const refused = reason instanceof Refused ? refusedControl(made, reason.field) : null;
    setText(error, wording(reason));
    if (refused) refused.after(error);
    else made.lastElementChild?.before(error);
    setHidden(error, false);
    refused?.setAttribute("aria-invalid", "true");
    refused?.focus();
  } finally {
    press.disabled = false;
  }
}

/** The control of what the server did not accept, where there is one. */
function refusedControl(made: HTMLFormElement, name: string | null): HTMLElement | null {
  const snake = name?.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) ?? "";
  const control = made.elements.namedItem(snake);
  return control instanceof HTMLElement ? control : null;
}

/** What was written, without the spaces around it; undefined for nothing, which is a default. */
export function written(data: FormData, name: string): string | undefined {
  const value = data.get(name);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** What was written, where it is another text than before. */
export function changed(text: string, known: string | undefined): string | undefined {
  return text === known ? undefined : text;
}
