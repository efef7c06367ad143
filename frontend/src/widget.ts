import { Link } from "./link.js";
import type { FromKernel, ToKernel } from "./link.js";
import type { State } from "./model.js";
import { mount } from "./mount.js";
import { Store } from "./store.js";

/** The part of a notebook model that the widget uses. */
interface Model {
  get(name: "state"): (State & { seq?: number }) | null | undefined;
  set(name: "state", value: State): void;
  send(message: ToKernel): void;
}

/** Gives the listener what has come already, and from then on what comes. */
type Take = (listener: (message: FromKernel) => void) => void;

interface Talk {
  store: Store;
  link: Link;
}

/** What all views of one model share: the kernel may be too busy to fill a second store. */
function open(model: Model, take: Take): Talk {
  const state = model.get("state");
  const store = new Store(state);
  const link = new Link(store, (message) => model.send(message), state?.seq ?? null);
  take((message) => {
    // Set but not sent back: the kernel knows it, "save widget state" should find it.
    if (link.receive(message)) model.set("state", store.state);
  });
  return { store, link };
}

/** Shows the talk in `el` until the returned function is called. */
function show({ store, link }: Talk, el: HTMLElement): () => void {
  return mount(el, store, link);
}

export default { initialize: () => ({ open, show }) };
