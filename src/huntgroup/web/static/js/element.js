// @ts-check
// What every component here is built on: it draws into the page itself, and again when what it shows has changed.
import { LitElement } from "../vendor/lit.js";
import { store } from "./store.js";
import { duration } from "./words.js";

export class Element extends LitElement {
  /** Which parts of the store it shows. @type {string[]} */
  topics = [];

  createRenderRoot() {
    return this;
  }

  connectedCallback() {
    super.connectedCallback();
    this._stop = store.listen((changed) => {
      if (this.topics.some((topic) => changed.has(topic))) this.requestUpdate();
    });
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this._stop?.();
  }
}

/** @type {Set<Time>} */
const times = new Set();
setInterval(() => {
  if (!document.hidden) for (const time of times) time.tick();
}, 250);
document.addEventListener("visibilitychange", () => {
  for (const time of times) time.tick();
});

/** A duration that runs: `since` an instant, or `until` one, in ns. */
export class Time extends HTMLElement {
  /** @type {number | null} */ _since = null;
  /** @type {number | null} */ _until = null;

  set since(ns) {
    this._since = ns;
    this.tick();
  }
  set until(ns) {
    this._until = ns;
    this.tick();
  }
  connectedCallback() {
    times.add(this);
    this.tick();
  }
  disconnectedCallback() {
    times.delete(this);
  }
  tick() {
    const now = store.now();
    let text = "–";
    if (this._until !== null && this._until !== undefined) {
      text = duration(Math.ceil((this._until - now) / 1e9));
    } else if (this._since !== null && this._since !== undefined) text = duration((now - this._since) / 1e9);
    if (this.textContent !== text) this.textContent = text;
  }
}
customElements.define("hg-time", Time);

/** How much of a time is left, as a bar. */
export class Left extends HTMLElement {
  /** @type {number | null} */ _until = null;
  _from = 0;
  /** @type {HTMLElement | undefined} */ _bar = undefined;

  set until(ns) {
    if (ns !== this._until) this._from = store.now();
    this._until = ns;
    this.tick();
  }
  connectedCallback() {
    this.setAttribute("aria-hidden", "true");
    this._bar ??= this.appendChild(document.createElement("span"));
    times.add(/** @type {any} */ (this));
    this.tick();
  }
  disconnectedCallback() {
    times.delete(/** @type {any} */ (this));
  }
  tick() {
    if (!this._bar || this._until === null) return;
    const share = Math.max(0, Math.min(1, (this._until - store.now()) / Math.max(1, this._until - this._from)));
    this._bar.style.inlineSize = `${share * 100}%`;
  }
}
customElements.define("hg-left", Left);
