// @ts-check
// The public face: which services are there. It reads one list, again and again, and knows no name.
import { LitElement, html, nothing, repeat } from "../vendor/lit.js";
import { figure, presence } from "./parts.js";
import { read, store } from "./store.js";
import { PRESENCE } from "./words.js";
import "./app.js";

const EVERY = 1000;
const SENTENCES = {
  available: "Somebody is free for you now.",
  busy: "Everybody is busy; you may have to wait.",
  absent: "Nobody is here just now.",
  closed: "Outside our hours.",
};

class Presence extends LitElement {
  /** @type {any[]} */ _items = [];
  /** @type {any[]} */ _groups = [];
  group = new URLSearchParams(location.search).get("group") ?? "";

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this._going = true;
    this._look();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this._going = false;
  }

  async _look() {
    try {
      store.me ??= await read("v1/me");
      const { items } = await read("v1/presence");
      this._items = items;
      store.complete = true;
      this._say("connected");
    } catch (error) {
      if (/** @type {any} */ (error).status === 401) location.reload();
      this._say("lost");
    }
    this.requestUpdate();
    if (this._going) setTimeout(() => this._look(), EVERY);
  }

  /** @param {string} connection */
  _say(connection) {
    if (store.connection === connection) return;
    store.connection = connection;
    store.touch("connection");
    store.touch("me");
  }

  render() {
    if (!store.complete) return html`<p class="empty">Looking who is there …</p>`;
    const items = this.group ? this._items.filter((item) => item.group === this.group) : this._items;
    const groups = [...new Set(items.map((item) => item.group))].sort((a, b) => (a ?? "~").localeCompare(b ?? "~"));
    return html`<h1>Our services</h1>
      ${items.length ? groups.map((group) => html`<section aria-label=${group ?? "Services"}>
        ${group ? html`<h2 dir="auto">${group}</h2>` : nothing}
        <ul class="services">${repeat(items.filter((item) => item.group === group), (item) => item.queue, service)}</ul>
      </section>`) : html`<p class="empty">There are no services here yet.</p>`}`;
  }
}
customElements.define("hg-presence", Presence);

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

/** When it opens or closes next, and the hours of the week, in the service's own zone. @param {any} item */
function opening({ hours, changes_at_ns: at, presence: now }) {
  if (!hours) return nothing;
  const next = at ? new Intl.DateTimeFormat(undefined, {
    weekday: "long", hour: "2-digit", minute: "2-digit", timeZone: hours.tz,
  }).format(at / 1e6) : null;
  const open = DAYS.filter((day) => hours.weekly[day]?.length);
  return html`${next ? html`<p data-field="changes_at_ns" data-value=${String(at)}>${now === "closed" ? "Opens" : "Open until"}
    ${next}</p>` : nothing}
    <details><summary>Opening hours (${hours.tz})</summary>${open.length ? html`<dl class="hours">${open.map((day) => html`
      <dt>${day}</dt><dd>${hours.weekly[day].map((/** @type {string[]} */ [from, to]) => `${from}–${to}`).join(", ")}</dd>`)}</dl>`
      : html`<p class="muted">Closed all week</p>`}</details>`;
}

/** @param {any} item */
function service(item) {
  return html`<li class="panel service" data-queue=${item.queue} data-tone=${PRESENCE[item.presence]?.[1] ?? "none"}>
    <h3 dir="auto">${item.queue}</h3>${presence(item.presence)}
    <p class="muted">${SENTENCES[/** @type {keyof SENTENCES} */ (item.presence)] ?? nothing}</p>
    ${opening(item)}
    ${item.presence === "closed" ? nothing : html`<dl class="figures">${figure("waiting", "Waiting", item.waiting, item.waiting)}</dl>`}
  </li>`;
}
