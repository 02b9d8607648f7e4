// @ts-check
// What the service knows, as far as this page may see it: whole at first, then every row that an event touched.
// One store a page. It says when it has lost the service, comes back by itself, and is whole again then.

/** @typedef {{agents: Map<string, any>, queues: Map<string, any>, interactions: Map<number, any>,
 *   waiting: Map<string, number[]>}} Things */

/** @returns {Things} */
const nothing = () => ({ agents: new Map(), queues: new Map(), interactions: new Map(), waiting: new Map() });

/** The address of something beside this page. @param {string} path */
export const beside = (path) => new URL(path, document.baseURI);

const KEPT_EVENTS = 300;
const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 5000;
const QUIET = 45_000;

/** Why a command was not carried out. */
export class Refusal extends Error {
  /** @param {any} body */
  constructor(body) {
    super(body.message ?? "refused");
    this.body = body;
    this.refused = body.refused ?? null;
  }
}

/** What a reading answers. Throws Refusal. @param {string} path */
export async function read(path) {
  let response;
  const address = beside(path);
  if (store.self) address.searchParams.set("as", store.self);
  try {
    response = await fetch(address, { credentials: "same-origin" });
  } catch {
    throw new Refusal({ message: "The service cannot be reached." });
  }
  const body = await response.json();
  if (!response.ok) throw Object.assign(new Refusal(body), { status: response.status });
  return body;
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
    this._staged = /** @type {Things | null} */ (null);
    this._socket = /** @type {WebSocket | null} */ (null);
    this._asked = new Map();
    this._number = 0;
    this._pause = FIRST_PAUSE;
    this._listeners = new Set();
    this._changed = new Set();
    this._drawing = 0;
    this._clock = { ns: Date.now() * 1e6, at: performance.now() };
    this._reload = false;
    addEventListener("online", () => this._again(0));
  }

  /** The agent that one is where anybody may be whom it likes. */
  get self() { return this.me?.anybody ? this.focus : null; }
  get agents() { return this.things.agents; }
  get queues() { return this.things.queues; }
  get interactions() { return this.things.interactions; }
  get waiting() { return this.things.waiting; }

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
    this._connect();
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

  /** Looks at another agent. @param {string} agent */
  refocus(agent) {
    if (agent === this.focus) return;
    this.focus = agent;
    this.things = nothing();
    this.complete = false;
    this._staged = null;
    this.touch("agents");
    if (this._socket) {
      this._socket.onclose = null;
      this._socket.close();
      this._lose();
    }
    this._connect();
  }

  _connect() {
    const address = beside("v1/stream");
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    address.searchParams.set("rows", "true");
    if (this.self) address.searchParams.set("as", this.self);
    else if (this.focus) address.searchParams.set("agents", this.focus);
    if (this.seq) address.searchParams.set("from_seq", String(this.seq + 1));
    const socket = new WebSocket(address);
    this._socket = socket;
    const watch = setInterval(() => this._alive(socket), QUIET / 3);
    socket.onmessage = (message) => this._take(JSON.parse(message.data));
    socket.onclose = (closed) => {
      clearInterval(watch);
      if (closed.code === 4410) this.seq = 0;
      this._lose();
      this._again(this._pause);
      this._pause = Math.min(this._pause * 1.6, LONGEST_PAUSE);
    };
  }

  /** A connection of which the other end is gone tells nothing: something must come back. @param {WebSocket} socket */
  async _alive(socket) {
    if (socket.readyState !== WebSocket.OPEN) return;
    const gone = setTimeout(() => socket.close(), QUIET / 3);
    await fetch(beside("healthz")).catch(() => socket.close());
    clearTimeout(gone);
  }

  _lose() {
    this.connection = "lost";
    this._staged = null;
    for (const { reject } of this._asked.values()) {
      reject(new Refusal({ message: "The service was lost; whether this was done is not known." }));
    }
    this._asked.clear();
    this.touch("connection");
  }

  /** @param {number} pause */
  _again(pause) {
    clearTimeout(this._timer);
    if (this.connection !== "lost") return;
    this._timer = setTimeout(async () => {
      try {
        await this._introduce();
      } catch (error) {
        if (/** @type {any} */ (error).status === 401) location.reload();
        this._pause = Math.min(this._pause * 1.6, LONGEST_PAUSE);
        return this._again(this._pause);
      }
      this._connect();
    }, pause);
  }

  /** @param {any} told */
  _take(told) {
    if (told.rows) this._rows(told.rows);
    else if (told.event) this._event(told.event);
    else if (told.id !== undefined) this._answer(told);
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
      this._pause = FIRST_PAUSE;
      for (const topic of ["connection", "agents", "queues", "interactions"]) this.touch(topic);
    }
    if (rows.agents.length || rows.gone.agents.length) this.touch("agents");
    if (rows.queues.length || rows.gone.queues.length) this.touch("queues");
    if (rows.interactions.length || rows.gone.interactions.length) this.touch("interactions");
  }

  /** @param {any} told */
  _answer(told) {
    const asked = this._asked.get(told.id);
    this._asked.delete(told.id);
    if (!asked) return;
    if (told.status) asked.reject(new Refusal(told));
    else asked.resolve(told.result);
  }

  /** Carries out a command. Throws Refusal. @param {string} command @param {object} members @returns {Promise<any>} */
  command(command, members) {
    const socket = this._socket;
    if (this.connection !== "connected" || socket?.readyState !== WebSocket.OPEN) {
      return Promise.reject(new Refusal({ message: "The service is not there just now." }));
    }
    const id = ++this._number;
    return new Promise((resolve, reject) => {
      this._asked.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, command, ...members }));
    });
  }
}

/** @param {Things} things @param {any} rows */
function apply(things, rows) {
  for (const row of rows.agents) things.agents.set(row.name, row);
  for (const row of rows.queues) things.queues.set(row.name, row);
  for (const row of rows.interactions) things.interactions.set(row.id, row);
  for (const [queue, ids] of Object.entries(rows.waiting)) things.waiting.set(queue, ids);
  for (const name of rows.gone.agents) things.agents.delete(name);
  for (const id of rows.gone.interactions) things.interactions.delete(id);
  for (const name of rows.gone.queues) {
    things.queues.delete(name);
    things.waiting.delete(name);
  }
}

export const store = new Store();
Object.assign(globalThis, { huntgroup: { store } });
