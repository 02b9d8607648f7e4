// @ts-check
// Which agents a table or a map shows, and in which order; and what both are: as large as the room they get.
import { Element } from "./element.js";
import { store } from "./store.js";

/** @param {{filter?: string, queue?: string, status?: string}} wanted @returns {any[]} */
export function chosen({ filter = "", queue = "", status = "" }) {
  const text = filter.trim().toLocaleLowerCase();
  const found = [];
  for (const agent of store.agents.values()) {
    if (status && agent.status !== status) continue;
    if (queue && !(queue in agent.queues)) continue;
    if (text && !(agent.name.toLocaleLowerCase().includes(text) || agent.status.toLocaleLowerCase().includes(text)
      || Object.keys(agent.queues).some((name) => name.toLocaleLowerCase().includes(text)))) continue;
    found.push(agent);
  }
  return found;
}

const ORDER = new Intl.Collator(undefined, { numeric: true });

/** @type {Record<string, (a: any, b: any) => number>} */
export const ORDERS = {
  name: (a, b) => ORDER.compare(a.name, b.name),
  status: (a, b) => ORDER.compare(a.status, b.status) || a.since - b.since,
  since: (a, b) => a.since - b.since || a.index - b.index,
  work: (a, b) => b.interactions.length - a.interactions.length || ORDER.compare(a.name, b.name),
};

export class Chosen extends Element {
  static properties = { filter: {}, queue: {}, status: {} };

  constructor() {
    super();
    this.filter = "";
    this.queue = "";
    this.status = "";
  }

  connectedCallback() {
    super.connectedCallback();
    this._observer = new ResizeObserver(() => this._resized());
    this._observer.observe(this);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this._observer?.disconnect();
  }

  /** What the room has become. */
  _resized() {
    this.requestUpdate();
  }
}
