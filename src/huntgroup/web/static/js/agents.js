// @ts-check
// The table of agents: as many rows as can be seen, used again and again while one scrolls through thousands.
import { html, nothing } from "../vendor/lit.js";
import { actions } from "./agent-actions.js";
import { Chosen, ORDERS, chosen } from "./choose.js";
import { TONES } from "./desk-call.js";
import { channelSign } from "./icons.js";
import { open } from "./menu.js";
import { capabilities, status } from "./parts.js";
import { store } from "./store.js";
import { assign } from "./waiting-actions.js";

const SPARE = 4;
const COLUMNS = [
  { key: "name", label: "Agent" }, { key: "status", label: "Status" }, { key: "since", label: "For" },
  { key: "work", label: "Work" }, { key: "", label: "Can take" }, { key: "", label: "Queues" },
];
const PAUSE = 1000;

class Agents extends Chosen {
  topics = ["agents", "interactions"];
  order = "name";
  top = 0;
  height = 600;
  row = 40;
  /** @type {string | null} */ focused = null;
  /** @type {string[]} */ _rows = [];
  /** @type {string[]} */ _names = [];
  _key = "";
  _at = 0;
  /** Until when rows stay where they are, as somebody has a hand on one. */
  _held = 0;

  _resized() {
    const body = this.querySelector(".body");
    if (!body) return;
    this.height = body.clientHeight;
    this.row = 2.75 * parseFloat(getComputedStyle(document.documentElement).fontSize);
    this.requestUpdate();
  }

  updated() {
    const size = /** @type {HTMLElement | null} */ (this.querySelector(".size"));
    if (size) size.style.blockSize = `${this._rows.length * this.row}px`;
    for (const element of /** @type {NodeListOf<HTMLElement>} */ (this.querySelectorAll(".size > [role=row]"))) {
      const block = `translateY(${Number(element.dataset.place) * this.row}px)`;
      if (element.style.transform !== block) element.style.transform = block;
    }
  }

  /** Sorted anew when the choice changes, and otherwise once a second, or rows would never stand still; not while a
   * row is pressed or something is dragged over it. */
  _sorted() {
    const key = [this.filter, this.queue, this.status, this.order, store.agents.size].join("\n");
    const now = performance.now();
    if (key === this._key && (now - this._at <= PAUSE || now < this._held)) {
      this._later ??= setTimeout(() => { this._later = undefined; this.requestUpdate(); }, PAUSE);
    } else {
      this._key = key;
      this._at = now;
      this._names = chosen(this).sort(ORDERS[this.order]).map((agent) => agent.name);
    }
    return this._names;
  }

  render() {
    const names = (this._rows = this._sorted());
    const first = Math.max(0, Math.floor(this.top / this.row) - SPARE);
    const last = Math.min(names.length, Math.ceil((this.top + this.height) / this.row) + SPARE);
    const places = Array.from({ length: Math.max(0, last - first) }, (_, n) => first + n);
    // A row keeps its element while it is in sight, and an element that is free takes the next row that comes.
    const ring = last - first;
    places.sort((a, b) => (a % ring) - (b % ring));
    const focused = this.focused !== null && names.includes(this.focused) ? this.focused : names[0];
    return html`<div class="table" role="grid" aria-label="Agents" aria-rowcount=${String(names.length + 1)}
        aria-colcount=${String(COLUMNS.length)} @keydown=${this._key_down}>
      <div role="rowgroup"><div role="row" aria-rowindex="1" class="headings">${COLUMNS.map(({ key, label }) => html`<div role="columnheader"
        aria-sort=${key && key === this.order ? "ascending" : nothing}>${key ? html`<button type="button" class="quiet" data-sort=${key}
        @click=${() => { this.order = key; this.requestUpdate(); }}>${label}${key === this.order ? " ↓" : ""}</button>` : label}</div>`)}</div></div>
      <div class="body" role="rowgroup" @scroll=${this._scrolled} @pointerdown=${this._hold}
        @dragover=${this._hold}><div class="size" role="presentation">
        ${places.map((place) => this._row(place, names[place], focused))}</div></div>
      ${names.length ? nothing : html`<p class="empty" role="status">${store.agents.size ? "Nobody like that." : "No agent yet."}</p>`}
    </div>`;
  }

  /** @param {number} place @param {string} name @param {string} focused */
  _row(place, name, focused) {
    const agent = store.agents.get(name);
    if (!agent) return html`<div role="row" data-place=${String(place)} class="gone"></div>`;
    const queues = Object.entries(agent.queues);
    const on = queues.filter(([, login]) => login).map(([queue]) => queue);
    const off = queues.filter(([, login]) => !login).map(([queue]) => queue);
    return html`<div role="row" tabindex=${name === focused ? "0" : "-1"} aria-rowindex=${String(place + 2)} data-place=${String(place)}
      data-agent=${name} @click=${this._clicked} @focus=${() => { this.focused = name; }} @dragover=${over} @dragleave=${leave}
      @drop=${(/** @type {DragEvent} */ event) => { leave(event); dropped(event, name); }}>
      <div role="gridcell" class="name"><span dir="auto" title=${name}>${name}</span></div>
      <div role="gridcell" class="shown">${status(agent)}${agent.mode_pending ? html`<small data-field="availability"
        data-value=${agent.availability} title="Then: ${agent.pending}">Mode Pending</small>` : nothing}</div>
      <div role="gridcell" class="time"><hg-time .since=${agent.since}></hg-time></div>
      <div role="gridcell" class="held">${work(agent)}</div>
      <div role="gridcell">${capabilities(agent)}</div>
      <div role="gridcell" class="in"><span dir="auto" title="${on.join(", ")}${off.length ? ` - logged out of ${off.join(", ")}` : ""}">${on.join(", ")}
        ${off.length ? html`<s>${off.join(", ")}</s>` : nothing}</span></div></div>`;
  }

  /** @param {Event} event */
  _scrolled(event) {
    this.top = /** @type {HTMLElement} */ (event.target).scrollTop;
    this.requestUpdate();
  }

  _hold() {
    this._held = performance.now() + PAUSE;
  }

  /** @param {MouseEvent} event */
  _clicked = (event) => this._open(/** @type {HTMLElement} */ (event.currentTarget));

  /** @param {HTMLElement} row */
  _open(row) {
    const name = row.dataset.agent ?? "";
    this.focused = name;
    row.focus();
    open(row, name, actions(name));
  }

  /** @param {KeyboardEvent} event */
  _key_down(event) {
    const row = /** @type {HTMLElement} */ (event.target);
    if (row.getAttribute("role") !== "row" || !row.dataset.agent) return;
    const at = Number(row.dataset.place);
    const page = Math.max(1, Math.floor(this.height / this.row) - 1);
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, PageDown: at + page, PageUp: at - page, Home: 0, End: this._rows.length - 1 }[event.key];
    if (to !== undefined) this._go(Math.max(0, Math.min(this._rows.length - 1, to)));
    else if (event.key === "Enter" || event.key === " ") this._open(row);
    else return;
    event.preventDefault();
  }

  /** @param {number} place */
  async _go(place) {
    const body = /** @type {HTMLElement} */ (this.querySelector(".body"));
    this.focused = this._rows[place];
    if (place * this.row < body.scrollTop) body.scrollTop = place * this.row;
    else if ((place + 1) * this.row > body.scrollTop + this.height) body.scrollTop = (place + 1) * this.row - this.height;
    this.top = body.scrollTop;
    this.requestUpdate();
    await this.updateComplete;
    /** @type {HTMLElement | null} */ (this.querySelector(`[data-place="${place}"]`))?.focus({ preventScroll: true });
  }
}
customElements.define("hg-agents", Agents);

/** What an agent has in hand: in words where it is one thing, otherwise by signs. @param {any} agent */
function work(agent) {
  const ids = [...new Set([...agent.interactions, ...agent.wrap_ups])];
  return ids.map((id) => held(id, agent, ids.length === 1));
}

/** @param {number} id @param {any} agent @param {boolean} inWords */
function held(id, agent, inWords) {
  const call = store.interactions.get(id);
  if (!call) return nothing;
  const state = agent.interactions.includes(id) ? call.state : "Wrap Up";
  return html`<span class="badge" data-tone=${TONES[state] ?? "grey"} data-interaction=${String(id)} data-state=${state}
    data-offer=${state === "Offered" && call.offers.length ? String(call.offers[0]) : nothing}
    title="${state}: #${id} ${call.queue ?? "direct"}">${channelSign(call.channel)}<span class=${inWords ? "" : "hidden"}>${state}</span></span>`;
}

/** @param {DragEvent} event */
function over(event) {
  if (!event.dataTransfer?.types.includes("text/interaction")) return;
  event.preventDefault();
  /** @type {HTMLElement} */ (event.currentTarget).classList.add("over");
}
/** @param {DragEvent} event */
const leave = (event) => /** @type {HTMLElement} */ (event.currentTarget).classList.remove("over");
/** @param {DragEvent} event @param {string} agent */
function dropped(event, agent) {
  event.preventDefault();
  const id = Number(event.dataTransfer?.getData("text/interaction"));
  if (id) assign(id, agent);
}
