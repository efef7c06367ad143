import { h } from "./dom.js";

const CONFIRM_MS = 1500;

/** A button that copies what `text` returns at the time of the click. */
export function copyButton(label: string, text: () => string): HTMLButtonElement {
  const button = h("button", { type: "button", class: "quiet copy", "aria-label": label }, "Copy");
  button.addEventListener("click", () => {
    void copy(text(), button).then((copied) => confirm(button, copied));
  });
  return button;
}

function confirm(button: HTMLButtonElement, copied: boolean): void {
  button.textContent = copied ? "Copied" : "Failed";
  setTimeout(() => (button.textContent = "Copy"), CONFIRM_MS);
}

async function copy(text: string, near: Element): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copyBySelection(text, near);
  }
}

/** The clipboard API is missing on plain http, where many notebook servers live. */
function copyBySelection(text: string, near: Element): boolean {
  const area = h("textarea", { class: "sr-only", readonly: true, "aria-hidden": "true" });
  area.value = text;
  near.after(area);
  area.select();
  const copied = document.execCommand("copy");
  area.remove();
  if (near instanceof HTMLElement) near.focus();
  return copied;
}
