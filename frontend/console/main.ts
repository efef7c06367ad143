import { h } from "../src/dom.js";
import { AgentsView } from "./agents-view.js";
import { Api } from "./api.js";
import { closeDialogs, setDialogsAside, showDialogsAgain } from "./dialog.js";
import { Graphql } from "./graphql.js";
import { Login } from "./login.js";
import { NewView } from "./new-view.js";
import { ProvidersView } from "./providers-view.js";
import { format, parse } from "./route.js";
import type { Route } from "./route.js";
import { session } from "./session.js";
import { Shell } from "./shell.js";
import { Tabs } from "./tabs.js";
import type { Subject } from "./tabs.js";
import { TalkView } from "./talk-view.js";
import type { Console, View } from "./view.js";
import { WelcomeView } from "./welcome-view.js";

const EXPIRED = "Your login has ended. Log in again to go on where you were.";

/** The console: who is here, and which page is open. */
class App implements Console {
  readonly #root: HTMLElement;
  readonly #api: Api;
  readonly #tabs = new Tabs((what) => this.#refresh(what));
  #shell: Shell | null = null;
  #view: View | null = null;
  /** Whose pages these are: what was typed in them waits for its author alone. */
  #owner = "";
  #hash = "";

  constructor(root: HTMLElement) {
    this.#root = root;
    this.#api = new Api(new Graphql(() => session.token), {
      loggedOut: (token) => this.#expire(token),
      back: () => this.changed(),
      wrote: (what) => this.#tabs.tell(what),
    });
    addEventListener("hashchange", () => this.#route());
    addEventListener("pageshow", () => this.#shownAgain());
    // A browser keeps no page that others may speak to.
    addEventListener("pagehide", () => this.#tabs.close());
    document.addEventListener("visibilitychange", () => this.#refresh());
  }

  begin(): void {
    if (session.token) this.#enter();
    else this.#askLogin("");
  }

  go(hash: string): void {
    location.hash = hash;
  }

  changed(): void {
    if (session.token) this.#shell?.sidebar.refresh();
  }

  retitled(): void {
    const title = session.token ? this.#view?.title : "Log in";
    document.title = title ? `${title} · Luxx` : "Luxx";
  }

  /** Reads again what another page may have changed; out of sight it waits until it is seen. */
  #refresh(what?: Subject): void {
    if (!session.token || document.visibilityState !== "visible") return;
    this.changed();
    this.#view?.refresh?.(what);
  }

  #expire(token: string | null): void {
    // It may be a late answer about a login before this one.
    if (session.token !== null && session.token !== token) return;
    session.end();
    if (!this.#login) this.#askLogin(EXPIRED);
  }

  /** A page that the browser kept: somebody may have come or gone on another one meanwhile. */
  #shownAgain(): void {
    if (session.token) {
      if (this.#login || session.name !== this.#owner) this.#enter();
      else this.#tabs.open(this.#owner);
    } else if (!this.#login) {
      this.#end();
    }
  }

  get #login(): Element | null {
    return this.#root.querySelector(".login");
  }

  #askLogin(message: string): void {
    const login = new Login(this.#api, message, this.#owner, () => this.#enter());
    setDialogsAside();
    if (this.#shell) this.#shell.el.hidden = true;
    this.#login?.remove();
    this.#root.append(login.el);
    this.retitled();
    login.focus();
  }

  #enter(): void {
    this.#login?.remove();
    if (this.#shell && this.#owner === session.name && this.#view) {
      this.#shell.el.hidden = false;
      this.#resume(this.#view);
      return;
    }
    this.#leave();
    this.#owner = session.name;
    this.#tabs.open(this.#owner);
    this.#shell = new Shell(this.#api, () => this.#logout());
    this.#shell.sidebar.show(session.name);
    this.#root.replaceChildren(this.#shell.el);
    this.changed();
    this.#route();
  }

  /** What somebody had typed when the login ended is still there. */
  #resume(view: View): void {
    this.changed();
    if (location.hash !== this.#hash) return this.#route();
    view.resume();
    view.focus();
    showDialogsAgain();
    this.retitled();
  }

  #leave(): void {
    this.#tabs.close();
    closeDialogs();
    this.#view?.close();
    this.#view = null;
    this.#shell?.el.remove();
    this.#shell = null;
  }

  #logout(): void {
    // The token goes along; it ends with the tab's copy of it, whether or not the server hears of it.
    this.#api.logout().catch(() => undefined);
    session.end();
    session.forget();
    this.#end();
  }

  /** Nothing is left of who was here. */
  #end(): void {
    this.#leave();
    this.#owner = "";
    location.hash = "";
    this.#askLogin("");
  }

  #route(): void {
    if (!this.#shell || !session.token) return;
    this.#hash = location.hash;
    const route = parse(this.#hash);
    closeDialogs();
    this.#view?.close();
    this.#view = this.#open(route);
    this.#shell.show(this.#view);
    this.#shell.sidebar.open(route);
    this.retitled();
    this.#view.focus();
  }

  #open(route: Route): View {
    switch (route.page) {
      case "new":
        return new NewView(this.#api, this, route.kind);
      case "agents":
        return new AgentsView(this.#api);
      case "providers":
        return new ProvidersView(this.#api);
      case "talk":
        return new TalkView(this.#api, this, route.kind, route.id, () => this.#removed(route));
      case "welcome":
        return new WelcomeView(this.#api);
    }
  }

  #removed(route: Extract<Route, { page: "talk" }>): void {
    this.#shell?.sidebar.remove(route.kind, route.id);
    this.go(format({ page: "welcome" }));
  }
}

const root = h("div", { id: "app" });
document.body.append(root);
new App(root).begin();
