import { h, setHidden, setText } from "../src/dom.js";
import type { Api, Conversation, RoomDetails } from "./api.js";
import { button } from "./controls.js";
import { Entries } from "./entries.js";
import type { Entry } from "./entries.js";
import { icon } from "./icons.js";
import type { Icon } from "./icons.js";
import { format } from "./route.js";
import type { Kind, Route } from "./route.js";
import { isServed } from "./served.js";
import { titleOf } from "./titles.js";

/** What the server may serve beside the console. */
const ELSEWHERE = [
  ["/graphql", "GraphQL playground"],
  ["/api/docs", "REST reference"],
] as const;

/** What there is to open, what there is to make, and who is here. */
export class Sidebar {
  readonly el: HTMLElement;
  readonly #conversations: Entries;
  readonly #rooms: Entries;
  readonly #name = h("span", { class: "who" });

  constructor(api: Api, logout: () => void) {
    this.#conversations = new Entries("Conversations", "None yet.", async (page) => {
      const { items, total } = await api.conversations(page);
      return { items: items.map(conversationEntry), total };
    });
    this.#rooms = new Entries("Rooms", "None yet.", async (page) => {
      const { items, total } = await api.rooms(page);
      return { items: items.map(roomEntry), total };
    });
    const brand = h("a", { class: "brand", href: format({ page: "welcome" }) }, "Luxx");
    this.el = h(
      "nav",
      { class: "sidebar", id: "sidebar", "aria-label": "Conversations and rooms" },
      h("div", { class: "top" }, brand),
      h("div", { class: "make" }, maker("conversation"), maker("room")),
      h("div", { class: "lists" }, this.#conversations.el, this.#rooms.el),
      this.#foot(logout),
    );
    void showElsewhere(this.el);
  }

  show(name: string): void {
    setText(this.#name, name);
  }

  refresh(): void {
    void this.#conversations.refresh();
    void this.#rooms.refresh();
  }

  remove(kind: Kind, id: string): void {
    (kind === "room" ? this.#rooms : this.#conversations).remove(id);
  }

  open(route: Route): void {
    const hash = format(route);
    this.#conversations.open(hash);
    this.#rooms.open(hash);
    for (const link of this.el.querySelectorAll(".make a, .foot a")) {
      if (link.getAttribute("href") === hash) link.setAttribute("aria-current", "page");
      else link.removeAttribute("aria-current");
    }
  }

  #foot(logout: () => void): HTMLElement {
    const links = ELSEWHERE.map(([href, text]) => h("a", { href, hidden: true }, text));
    const agents = linkWith("person", "Agents", format({ page: "agents" }));
    const providers = linkWith("plug", "Providers", format({ page: "providers" }));
    const account = h("div", { class: "account" }, this.#name, button("Log out", logout, "quiet"));
    return h("div", { class: "foot" }, agents, providers, ...links, account);
  }
}

function maker(kind: Kind): HTMLElement {
  return linkWith("plus", `New ${kind}`, format({ page: "new", kind }));
}

function linkWith(picture: Icon, text: string, href: string): HTMLElement {
  const link = h("a", { href });
  link.append(icon(picture), text);
  return link;
}

async function showElsewhere(where: HTMLElement): Promise<void> {
  for (const [href] of ELSEWHERE) {
    const link = where.querySelector<HTMLElement>(`a[href="${href}"]`);
    if (link && (await isServed(href))) setHidden(link, false);
  }
}

function conversationEntry({ id, title }: Conversation): Entry {
  const hash = format({ page: "talk", kind: "conversation", id });
  return { id, title: titleOf(title), hash, mark: "" };
}

function roomEntry({ id, title, status }: RoomDetails): Entry {
  const mark = { RUNNING: "running", ERROR: "failed", PAUSED: "paused", IDLE: "", COMPLETED: "" }[status];
  return { id, title, hash: format({ page: "talk", kind: "room", id }), mark };
}
