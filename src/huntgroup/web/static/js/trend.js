// @ts-check
// How many waited and how many were ready in the last quarter of an hour, since the page was opened.
import uPlot from "../vendor/uplot.js";
import { store } from "./store.js";
import { clock } from "./words.js";

const EVERY = 1000;
const KEPT = 900;
const SHOWN = 120;

class Trend extends HTMLElement {
  constructor() {
    super();
    /** @type {[number[], number[], number[]]} */
    this._data = [[], [], []];
  }

  connectedCallback() {
    this.setAttribute("role", "img");
    this.setAttribute("aria-label", "Waiting and ready since this page was opened");
    this._timer = setInterval(() => this._sample(), EVERY);
    this._observer = new ResizeObserver(() => this._size());
    this._observer.observe(this);
    this._scheme = matchMedia("(prefers-color-scheme: dark)");
    this._scheme.addEventListener("change", () => this._draw());
    this._draw();
    this._sample();
  }

  disconnectedCallback() {
    clearInterval(this._timer);
    this._observer?.disconnect();
  }

  _draw() {
    this._plot?.destroy();
    const style = getComputedStyle(document.documentElement);
    const token = (/** @type {string} */ name) => style.getPropertyValue(name).trim();
    const grown = parseFloat(style.fontSize) / 16;
    const axis = { stroke: token("--muted"), grid: { stroke: token("--line"), width: 1 }, ticks: { show: false }, font: `${11 * grown}px system-ui` };
    this._plot = new uPlot({
      width: Math.max(120, this.clientWidth),
      height: Math.max(40, this.clientHeight),
      legend: { show: false },
      cursor: { show: false },
      scales: { x: { range: (_, low, high) => [Math.min(low, high - SHOWN), high] }, y: { range: (_, low, high) => [0, Math.max(4, high)] } },
      axes: [
        { ...axis, size: 18 * grown, gap: 2, space: 75 * grown, 
          values: (_, at) => at.map((second) => this._data[0].length > 1 ? clock(second * 1e9) : "") },
        { ...axis, size: 30 * grown, space: 18 * grown },
      ],
      series: [
        {},
        { label: "waiting", stroke: token("--s-red"), width: 2, points: { show: false } },
        { label: "ready", stroke: token("--s-green"), width: 2, points: { show: false } },
      ],
    }, this._drawn(), this);
  }

  /** What is drawn: nothing before the second sample, as one point alone has an axis of years.
   * @returns {[number[], number[], number[]]} */
  _drawn() {
    return this._data[0].length > 1 ? this._data : [[], [], []];
  }

  _size() {
    this._plot?.setSize({ width: Math.max(120, this.clientWidth), height: Math.max(40, this.clientHeight) });
  }

  _sample() {
    if (store.connection !== "connected") return;
    let [waiting, ready] = [0, 0];
    for (const queue of store.queues.values()) {
      waiting += queue.waiting;
      ready += queue.ready;
    }
    const row = [store.now() / 1e9, waiting, ready];
    row.forEach((value, place) => {
      this._data[place].push(value);
      if (this._data[place].length > KEPT) this._data[place].shift();
    });
    this._plot?.setData(this._drawn());
  }
}
customElements.define("hg-trend", Trend);
