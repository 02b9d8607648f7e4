// @ts-check
// The socket of a page: it comes back by itself, and carries what is asked of the service.
import { Refusal, beside } from "./service.js";

const FIRST_PAUSE = 300;
const LONGEST_PAUSE = 5000;
const QUIET = 45_000;

/** What a connection tells: what came, that it was closed (with the code), that it was lost; `introduce` begins anew,
 * `query` is what the socket is asked for.
 * @typedef {{took: (told: any) => void, closed: (code: number) => void, lost: () => void, introduce: () => Promise<void>,
 *   query: () => Record<string, string>}} Page */

export class Connection {
  /** @param {Page} page */
  constructor(page) {
    this._page = page;
    this._socket = /** @type {WebSocket | null} */ (null);
    this._asked = new Map();
    this._number = 0;
    this._pause = FIRST_PAUSE;
    /** @type {"opening" | "whole" | "lost"} */ this._state = "opening";
    addEventListener("online", () => this._again(0));
  }

  open() {
    this._drop();
    const address = beside("v1/stream");
    address.protocol = address.protocol === "https:" ? "wss:" : "ws:";
    for (const [name, value] of Object.entries(this._page.query())) address.searchParams.set(name, value);
    const socket = new WebSocket(address);
    this._socket = socket;
    this._watch = setInterval(() => this._alive(socket), QUIET / 3);
    socket.onmessage = (message) => this._took(JSON.parse(message.data));
    socket.onclose = (closed) => {
      clearInterval(this._watch);
      this._page.closed(closed.code);
      this._lose();
      this._again(this._pause);
      this._pause = Math.min(this._pause * 1.6, LONGEST_PAUSE);
    };
  }

  /** Opens another one in its place: what the page asks for has changed. */
  anew() {
    if (this._socket) this._lose();
    this.open();
  }

  /** Nothing more comes by the socket of before. */
  _drop() {
    clearInterval(this._watch);
    if (!this._socket) return;
    this._socket.onclose = this._socket.onmessage = null;
    this._socket.close();
  }

  /** All that there is has come. */
  whole() {
    this._state = "whole";
    this._pause = FIRST_PAUSE;
  }

  /** A connection of which the other end is gone tells nothing: something must come back. @param {WebSocket} socket */
  async _alive(socket) {
    if (socket.readyState !== WebSocket.OPEN) return;
    const gone = setTimeout(() => socket.close(), QUIET / 3);
    await fetch(beside("healthz")).catch(() => socket.close());
    clearTimeout(gone);
  }

  _lose() {
    this._state = "lost";
    for (const { reject } of this._asked.values()) {
      reject(new Refusal({ message: "The service was lost; whether this was done is not known." }));
    }
    this._asked.clear();
    this._page.lost();
  }

  /** @param {number} pause */
  _again(pause) {
    clearTimeout(this._timer);
    if (this._state !== "lost") return;
    this._timer = setTimeout(async () => {
      try {
        await this._page.introduce();
      } catch (error) {
        if (/** @type {any} */ (error).status === 401) location.reload();
        this._pause = Math.min(this._pause * 1.6, LONGEST_PAUSE);
        return this._again(this._pause);
      }
      this.open();
    }, pause);
  }

  /** @param {any} told */
  _took(told) {
    if (told.id === undefined) return this._page.took(told);
    const asked = this._asked.get(told.id);
    this._asked.delete(told.id);
    if (!asked) return undefined;
    return told.status ? asked.reject(new Refusal(told)) : asked.resolve(told.result);
  }

  /** Carries out a command. Throws Refusal. @param {string} command @param {object} members @returns {Promise<any>} */
  command(command, members) {
    const socket = this._socket;
    if (this._state !== "whole" || socket?.readyState !== WebSocket.OPEN) {
      return Promise.reject(new Refusal({ message: "The service is not there just now." }));
    }
    const id = ++this._number;
    return new Promise((resolve, reject) => {
      this._asked.set(id, { resolve, reject });
      socket.send(JSON.stringify({ id, command, ...members }));
    });
  }
}
