// @ts-check
// The frame of every page: where one is, whether the page is up to date, what was refused, and the page itself.
import { html, nothing } from "../vendor/lit.js";
import { Element } from "./element.js";
import { beside } from "./service.js";
import { store } from "./store.js";

const PAGES = { wall: "Wall", supervisor: "Supervisor", desk: "Desk", presence: "Presence" };
/** @type {Record<string, string[]>} */
const OF_ROLE = {
  wall: ["wall", "presence"],
  agent: ["desk", "presence"],
  connector: ["wall", "presence"],
  supervisor: ["wall", "supervisor", "desk", "presence"],
  administrator: ["wall", "supervisor", "desk", "presence"],
};
const CONNECTIONS = {
  connecting: "Connecting …",
  connected: "Live",
  lost: "Service lost, trying again …",
};

/** Shows what was refused, until the next one or a click. @param {unknown} error */
export function tell(error) {
  const app = /** @type {App | null} */ (document.querySelector("hg-app"));
  if (!app) return;
  app.refused = error instanceof Error ? error.message : String(error);
  app.requestUpdate();
}

/** Carries out a command and tells where it was refused. @param {string} command @param {object} members */
export async function does(command, members) {
  try {
    const result = await store.command(command, members);
    clear();
    return result;
  } catch (error) {
    tell(error);
    return undefined;
  }
}

function clear() {
  const app = /** @type {App | null} */ (document.querySelector("hg-app"));
  if (app?.refused) {
    app.refused = "";
    app.requestUpdate();
  }
}

export class App extends Element {
  topics = ["connection", "me"];
  refused = "";
  failed = "";
  /** @type {HTMLElement | undefined} */ _shown = undefined;

  async connectedCallback() {
    super.connectedCallback();
    this.replaceChildren();
    this.page = this.getAttribute("page") ?? "wall";
    document.body.dataset.page = this.page;
  }

  render() {
    const { me } = store;
    const pages = OF_ROLE[me?.role] ?? [this.page];
    return html`
      <header class="bar">
        <a class="skip" href="#content">To the content</a>
        <span class="brand" aria-hidden="true">huntgroup</span>
        <nav aria-label="Pages">${pages.map(
          (name) => html`<a href=${name} aria-current=${name === this.page ? "page" : nothing}>${PAGES[name]}</a>`,
        )}</nav>
        ${this._centres(me)}
        <span class="connection" role="status" data-field="connection" data-value=${store.connection}>
          <i class="dot" data-tone=${{ connected: "green", lost: "red" }[store.connection] ?? "grey"}></i>
          ${CONNECTIONS[store.connection]}</span>
        ${me?.role && me.subject !== "local" ? html`<form method="post" action="logout" class="who">
          <span>${me.subject}</span><button type="submit" class="quiet">Log out</button></form>` : nothing}
      </header>
      ${this.refused ? html`<div class="refused" role="alert"><span>${this.refused}</span><button type="button"
        class="quiet" aria-label="Dismiss" @click=${clear}>✕</button></div>` : nothing}
      <main id="content" class=${store.connection === "lost" ? "stale" : ""} aria-busy=${store.complete ? "false" : "true"}>
        ${this.failed ? html`<p class="empty" role="alert">${this.failed}</p>` : this._page()}
      </main>`;
  }

  /** The page's own element, made once. */
  _page() {
    this._shown ??= document.createElement(`hg-${this.page}`);
    return this._shown;
  }

  /** @param {any} me */
  _centres(me) {
    if (!me?.centres?.length) return nothing;
    const here = beside(".").pathname.replace(/\/$/, "");
    return html`<label class="centres"><span>Centre</span><select @change=${(/** @type {any} */ event) => {
      location.href = `${event.target.value}/${this.page}`;
    }}>${me.centres.map((/** @type {any} */ one) =>
      html`<option value=${one.path} ?selected=${one.path === here}>${one.title}</option>`)}</select></label>`;
  }
}
customElements.define("hg-app", App);

/** Begins a page. @param {string | null} [focus] */
export async function begin(focus = null) {
  try {
    await store.start(focus);
  } catch (error) {
    const app = /** @type {App | null} */ (document.querySelector("hg-app"));
    if (app) {
      app.failed = `${error instanceof Error ? error.message : error} The page tries again by itself.`;
      app.requestUpdate();
      setTimeout(() => location.reload(), 5000);
    }
  }
}
