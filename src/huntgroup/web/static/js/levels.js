// @ts-check
// The service level by quarter of an hour, as the service's history has it: read again and again, as no event tells it.
import { html, nothing } from "../vendor/lit.js";
import { read, store } from "./store.js";
import { percent } from "./words.js";

const EVERY = 10_000;
const QUARTER_NS = 900e9;
const SHOWN = 6;
/** Below this a bar warns. */
const LOW = 0.8;

/** @typedef {{from_ns: number, service_level: number | null, answered: number, offered: number}} Level */

/** The latest quarters of every queue, for as long as somebody shows them. */
export class Levels {
  /** @type {Map<string, Level[]>} */ of = new Map();

  /** @param {() => void} told called when there is something new */
  constructor(told) {
    this._told = told;
    this._going = false;
  }

  start() {
    this._going = true;
    this._look();
  }

  stop() {
    this._going = false;
    clearTimeout(this._timer);
  }

  async _look() {
    if (store.complete && !document.hidden) {
      try {
        this.of = await latest();
        this._told();
      } catch {
        // Whether the page is up to date is shown by the connection; what was known stays.
      }
    }
    const pause = store.complete ? EVERY / Math.min(10, store.me?.speed ?? 1) : 250;
    if (this._going) this._timer = setTimeout(() => this._look(), pause);
  }
}

async function latest() {
  const begin = (Math.floor(store.now() / QUARTER_NS) - SHOWN + 1) * QUARTER_NS;
  const since = new Date(begin / 1e6).toISOString();
  /** @type {Map<string, Level[]>} */
  const found = new Map();
  let after = "";
  do {
    const { items, next } = await read(`v1/intervals?since=${since}${after}`);
    for (const row of items) {
      if (!found.has(row.queue)) found.set(row.queue, []);
      found.get(row.queue)?.push(row);
    }
    after = next === null ? "" : `&after=${encodeURIComponent(next)}`;
  } while (after);
  return found;
}

/** @param {number} ns */
const time = (ns) => new Date(ns / 1e6).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });

/** A bar for each quarter, with its words. @param {Level[] | undefined} rows */
export function levels(rows) {
  if (!rows?.length) return nothing;
  return html`<ol class="levels" aria-label="Service level by quarter of an hour">${rows.map((row) => {
    const level = row.service_level;
    const words = `${time(row.from_ns)}: ${level === null ? "nothing to judge" : `${percent(level)} in time`}`;
    return html`<li title=${words} data-tone=${level === null ? "none" : level < LOW ? "orange" : "green"}
      data-field="interval_service_level" data-from=${row.from_ns} data-value=${level ?? ""}
      ><i .style=${/** @type {any} */ (`block-size:${Math.round((level ?? 0) * 100)}%`)}></i><b>${percent(level)}</b><span>${time(row.from_ns)}</span></li>`;
  })}</ol>`;
}
