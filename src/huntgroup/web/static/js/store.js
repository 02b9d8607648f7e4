// @ts-check
// What the service knows, as far as this page may see it: whole at first, then every row that an event touched.
// One store a page. It says when it has lost the service, comes back by itself, and is whole again then.
import { Connection } from "./connection.js";
import { asked, beside } from "./service.js";
import { apply, nothing } from "./things.js";

const KEPT_EVENTS = 300;

/** What a reading answers. Throws Refusal. @param {string} path */
export function read(path) {
  const address = beside(path);
  if (store.self) address.searchParams.set("as", store.self);
  return asked(address);
}

export class Store {
  constructor() {
    this.me = /** @type {any} */ (null);
    this.model = /** @type {any} */ (null);
    this.things = nothing();
    this.events = /** @type {any[]} */ ([]);
    this.connection = "connecting";
    this.complete = false;
    this.seq = 0;
    this.focus = /** @type {string | null} */ (null);
    this._staged = /** @type {import("./things.js").Things | null} */ (null);
    this._listeners = new Set();
    this._changed = new Set();
    this._drawing = 0;
    this._clock = { ns: Date.now() * 1e6, at: performance.now() };
    this._service = new Connection({
      took: (told) => this._take(told),
      closed: (code) => { if (code === 4410) this.seq = 0; },
      lost: () => this._lose(),
      introduce: () => this._introduce(),
      query: () => this._query(),
    });
  }

  /** The agent that one is where anybody may be whom it likes. */
  get self() { return this.me?.anybody ? this.focus : null; }
  get agents() { return this.things.agents; }
  get queues() { return this.things.queues; }
  get interactions() { return this.things.interactions; }
  get waiting() { return this.things.waiting; }

  /** Whether an agent is out, and takes nothing whatever else is shown of it. @param {any} agent */
  out(agent) {
    return (this.model?.sign_in?.required ?? true) && !agent.signed_in;
  }

  /** The service's own time, in nanoseconds. */
  now() {
    return this._clock.ns + (performance.now() - this._clock.at) * 1e6 * (this.me?.speed ?? 1);
  }

  /** Calls `told` with what has changed, at most once a frame; gives back how to stop it.
   * @param {(changed: Set<string>) => void} told */
  listen(told) {
    this._listeners.add(told);
    return () => this._listeners.delete(told);
  }

  /** @param {string} topic */
  touch(topic) {
    this._changed.add(topic);
    if (this._drawing) return;
    this._drawing = 1;
    const draw = () => {
      this._drawing = 0;
      const changed = this._changed;
      this._changed = new Set();
      for (const told of this._listeners) told(changed);
    };
    if (document.hidden) setTimeout(draw, 100);
    else requestAnimationFrame(draw);
  }

  /** Begins: of one agent alone where `focus` names it. @param {string | null} [focus] */
  async start(focus = null) {
    this.focus = focus;
    await this._introduce();
    this.touch("me");
    this._service.open();
  }

  /** Carries out a command. Throws Refusal. @param {string} command @param {object} members @returns {Promise<any>} */
  command(command, members) {
    return this._service.command(command, members);
  }

  /** Looks at another agent. @param {string} agent */
  refocus(agent) {
    if (agent === this.focus) return;
    this.focus = agent;
    this.things = nothing();
    this.complete = false;
    this.touch("agents");
    this._service.anew();
  }

  async _introduce() {
    this.me = await read("v1/me");
    try {
      this.model = await read("v1/model");
    } catch {
      this.model = null; // a wall has no use for it, and may not read it
    }
    this.touch("model");
  }

  _query() {
    /** @type {Record<string, string>} */
    const query = { rows: "true" };
    if (this.self) query.as = this.self;
    else if (this.focus) query.agents = this.focus;
    if (this.seq) query.from_seq = String(this.seq + 1);
    return query;
  }

  _lose() {
    this.connection = "lost";
    this._staged = null;
    this.touch("connection");
  }

  /** @param {any} told */
  _take(told) {
    if (told.rows) this._rows(told.rows);
    else if (told.event) this._event(told.event);
    else if (told.status === 410) this.seq = 0;
  }

  /** @param {any} event */
  _event(event) {
    this.seq = Math.max(this.seq, event.seq);
    this.events.push(event);
    if (this.events.length > 2 * KEPT_EVENTS) this.events = this.events.slice(-KEPT_EVENTS);
    if (event.kind === "model_updated") read("v1/model").then((model) => { this.model = model; this.touch("model"); });
    this.touch("events");
  }

  /** @param {any} rows */
  _rows(rows) {
    this._clock = { ns: rows.now_ns, at: performance.now() };
    if (rows.begin) this._staged = this.complete ? nothing() : (this.things = nothing());
    apply(this._staged ?? this.things, rows);
    if (rows.complete) {
      if (this._staged) this.things = this._staged;
      this._staged = null;
      this.complete = true;
      this.connection = "connected";
      this._service.whole();
      for (const topic of ["connection", "agents", "queues", "interactions"]) this.touch(topic);
    }
    if (rows.agents.length || rows.gone.agents.length) this.touch("agents");
    if (rows.queues.length || rows.gone.queues.length) this.touch("queues");
    if (rows.interactions.length || rows.gone.interactions.length) this.touch("interactions");
  }
}

export const store = new Store();
Object.assign(globalThis, { huntgroup: { store } });
