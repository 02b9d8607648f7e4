// @ts-check
// Every agent as a cell, coloured by status: thousands at a glance. Arrows move among the cells, Enter opens the
// menu of the one that is marked.
import { html } from "../vendor/lit.js";
import { actions } from "./agent-actions.js";
import { Chosen, ORDERS, chosen } from "./choose.js";
import { open } from "./menu.js";
import { store } from "./store.js";
import { tone } from "./words.js";

const GAP = 1;
const EVERY = 250;

class AgentMap extends Chosen {
  topics = [];
  marked = 0;
  /** @type {any[]} */ _shown = [];
  cell = 1;
  columns = 1;

  connectedCallback() {
    super.connectedCallback();
    this._timer = setInterval(() => this.requestUpdate(), EVERY);
    this._scheme = matchMedia("(prefers-color-scheme: dark)");
    this._redraw = () => this.requestUpdate();
    this._scheme.addEventListener("change", this._redraw);
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    clearInterval(this._timer);
    if (this._redraw) this._scheme?.removeEventListener("change", this._redraw);
  }

  render() {
    this._shown = chosen(this).sort((a, b) => a.index - b.index || ORDERS.name(a, b));
    this.marked = Math.max(0, Math.min(this.marked, this._shown.length - 1));
    const agent = this._shown[this.marked];
    return html`<canvas tabindex="0" role="application" aria-roledescription="map of agents" aria-label=${agent
      ? `${this._shown.length} agents. ${agent.name}: ${agent.status}` : "Nobody to show"}
      @mousemove=${this._over} @click=${this._click} @keydown=${this._key}></canvas>
      <p class="told" aria-live="polite" data-agent=${agent?.name ?? ""}>${agent
        ? html`<b dir="auto">${agent.name}</b> ${agent.status} · <hg-time .since=${agent.since}></hg-time>` : "Nobody like that."}</p>`;
  }

  updated() {
    const canvas = this.querySelector("canvas");
    if (!canvas) return;
    const { clientWidth: width, clientHeight: height } = canvas;
    const ratio = devicePixelRatio || 1;
    if (canvas.width !== Math.round(width * ratio)) canvas.width = Math.round(width * ratio);
    if (canvas.height !== Math.round(height * ratio)) canvas.height = Math.round(height * ratio);
    const count = Math.max(1, this._shown.length);
    this.cell = Math.max(2, Math.min(36, Math.floor(Math.sqrt((width * height) / count))));
    while (this.cell > 2 && Math.floor(width / this.cell) * Math.floor(height / this.cell) < count) this.cell--;
    this.columns = Math.max(1, Math.floor(width / this.cell));
    this._draw(canvas, ratio);
  }

  /** @param {HTMLCanvasElement} canvas @param {number} ratio */
  _draw(canvas, ratio) {
    const context = canvas.getContext("2d");
    if (!context) return;
    const style = getComputedStyle(document.documentElement);
    /** @type {Record<string, string>} */
    const fills = {};
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, canvas.width, canvas.height);
    const size = this.cell - GAP;
    this._shown.forEach((agent, place) => {
      const name = tone(agent.colour);
      context.fillStyle = fills[name] ??= style.getPropertyValue(`--s-${name}`).trim();
      context.fillRect((place % this.columns) * this.cell, Math.floor(place / this.columns) * this.cell, size, size);
    });
    context.strokeStyle = style.getPropertyValue("--text").trim();
    context.lineWidth = 2;
    if (this._shown.length) {
      const [x, y] = [(this.marked % this.columns) * this.cell, Math.floor(this.marked / this.columns) * this.cell];
      context.strokeRect(x, y, size, size);
    }
  }

  /** @param {MouseEvent} event */
  _over(event) {
    const place = Math.floor(event.offsetY / this.cell) * this.columns + Math.floor(event.offsetX / this.cell);
    if (place === this.marked || place >= this._shown.length) return;
    this.marked = place;
    this.requestUpdate();
  }

  _click() {
    const agent = this._shown[this.marked];
    if (agent) open(/** @type {HTMLElement} */ (this.querySelector("canvas")), agent.name, actions(agent.name));
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.columns, ArrowUp: -this.columns }[event.key];
    if (step !== undefined) this.marked = Math.max(0, Math.min(this._shown.length - 1, this.marked + step));
    else if (event.key === "Enter") this._click();
    else return;
    event.preventDefault();
    this.requestUpdate();
  }
}
customElements.define("hg-map", AgentMap);
