// @ts-check
// The supervisor's page: what waits where, who is there, and everything that may be done about both.
import { html, nothing, repeat } from "../vendor/lit.js";
import { Element } from "./element.js";
import { store } from "./store.js";
import { tone } from "./words.js";
import "./agents.js";
import "./map.js";
import "./queue-card.js";

const MANY = 1000;
const PAUSE = 250;

class Supervisor extends Element {
  topics = ["queues", "connection", "agents"];
  view = "table";
  filter = "";
  queue = "";
  status = "";
  _at = 0;

  render() {
    const queues = [...store.queues.values()].sort((a, b) => a.index - b.index);
    if (!store.complete && !store.agents.size) return html`<p class="empty">Loading the centre …</p>`;
    return html`<div class="supervisor">
      <section class="queues" aria-label="Queues" tabindex="0"><h1>Queues</h1>
        ${queues.length ? repeat(queues, (queue) => queue.name, (queue) => html`<hg-queue .queue=${queue}></hg-queue>`)
          : html`<p class="empty">No queue is configured yet.</p>`}</section>
      <section class="agents" aria-label="Agents">
        <div class="tools"><h2>Agents</h2>
          <label class="search"><span class="hidden">Search agents</span><input type="search" data-field="filter"
            placeholder="Name, status or queue" @input=${(/** @type {any} */ event) => this._set("filter", event.target.value)}></label>
          <label><span class="hidden">Queue</span><select data-field="queue_filter"
            @change=${(/** @type {any} */ event) => this._set("queue", event.target.value)}><option value="">All queues</option>
            ${queues.map((queue) => html`<option value=${queue.name}>${queue.name}</option>`)}</select></label>
          <div class="views" role="group" aria-label="Show as">${["table", "map"].map((view) => html`<button type="button"
            aria-pressed=${String(view === this.view)} data-view=${view} @click=${() => this._set("view", view)}
            >${view === "table" ? "Table" : "Map"}</button>`)}</div>
        </div>
        ${this._counts()}
        ${this.view === "table"
          ? html`<hg-agents .filter=${this.filter} .queue=${this.queue} .status=${this.status}></hg-agents>`
          : html`<hg-map .filter=${this.filter} .queue=${this.queue} .status=${this.status}></hg-map>`}
      </section></div>`;
  }

  /** How many show each status; a click shows these alone. */
  _counts() {
    const now = performance.now();
    if (this._told && now - this._at < PAUSE && store.agents.size > MANY) {
      this._later ??= setTimeout(() => { this._later = undefined; this.requestUpdate(); }, PAUSE);
      return this._list(this._told);
    }
    this._at = now;
    /** @type {Map<string, {count: number, colour: string}>} */
    const counts = new Map();
    for (const agent of store.agents.values()) {
      const entry = counts.get(agent.status);
      if (entry) entry.count++;
      else counts.set(agent.status, { count: 1, colour: agent.colour });
    }
    this._told = counts;
    return this._list(counts);
  }

  /** @param {Map<string, {count: number, colour: string}>} counts */
  _list(counts) {
    const order = [...counts].sort(([a], [b]) => a.localeCompare(b));
    return html`<div class="counts" role="group" aria-label="Only those who show a status">${repeat(order, ([name]) => name, ([name, { count, colour }]) =>
      html`<button type="button" class="quiet" aria-pressed=${String(this.status === name)}
        @click=${() => this._set("status", this.status === name ? "" : name)}><i class="dot" data-tone=${tone(colour)}></i>
        <span>${name}</span> <b>${count}</b></button>`)}${counts.size ? nothing : html`<span class="muted">Nobody yet</span>`}</div>`;
  }

  /** @param {"filter" | "queue" | "status" | "view"} name @param {string} value */
  _set(name, value) {
    this[name] = value;
    this.requestUpdate();
  }
}
customElements.define("hg-supervisor", Supervisor);
