// @ts-check
// The wall: each service in words and colour, in numbers that are read from across the room, without scrolling.
import { html, nothing, repeat } from "../vendor/lit.js";
import { Element } from "./element.js";
import { Levels, levels } from "./levels.js";
import { figure, presence } from "./parts.js";
import { store } from "./store.js";
import { PRESENCE, duration, percent } from "./words.js";
import "./trend.js";

class Wall extends Element {
  topics = ["queues", "connection"];
  group = new URLSearchParams(location.search).get("group") ?? "";
  _levels = new Levels(() => this.requestUpdate());

  connectedCallback() {
    super.connectedCallback();
    this._observer = new ResizeObserver(() => this._fit());
    this._observer.observe(this);
    this._levels.start();
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this._observer?.disconnect();
    this._levels.stop();
  }

  _shown() {
    const queues = [...store.queues.values()].sort((a, b) => a.index - b.index);
    return this.group ? queues.filter((queue) => queue.group === this.group) : queues;
  }

  /** As many columns as make the cards largest. */
  _fit() {
    const cards = /** @type {HTMLElement | null} */ (this.querySelector(".cards"));
    if (!cards) return;
    const { clientWidth: width, clientHeight: height } = cards;
    const count = Math.max(1, this._shown().length);
    let best = 1;
    let size = 0;
    for (let columns = 1; columns <= count; columns++) {
      const rows = Math.ceil(count / columns);
      const fits = Math.min(width / columns / 1.9, height / rows);
      if (fits > size * 1.02) [best, size] = [columns, fits];
    }
    cards.style.setProperty("--columns", String(width < 560 ? 1 : best));
    cards.style.setProperty("--rows", String(Math.ceil(count / best)));
  }

  updated() {
    this._fit();
  }

  render() {
    const queues = this._shown();
    const groups = [...new Set([...store.queues.values()].map((queue) => queue.group).filter(Boolean))].sort();
    if (!store.complete) return html`<p class="empty">Loading the services …</p>`;
    return html`
      <h1 class="hidden">Services</h1>
      <div class="total">
        ${groups.length ? html`<label>Services <select data-field="group" @change=${this._choose}>
          <option value="">all</option>${groups.map((group) =>
            html`<option value=${group} ?selected=${group === this.group}>${group}</option>`)}</select></label>` : nothing}
        <dl class="figures">${this._totals(queues)}</dl>
        <div class="trend"><hg-trend></hg-trend><p aria-hidden="true"><span><i class="dot" data-tone="red"></i> waiting</span>
          <span><i class="dot" data-tone="green"></i> ready</span></p></div>
      </div>
      ${queues.length ? html`<ul class="cards">${repeat(queues, (queue) => queue.name, (queue) => card(queue, this._levels.of.get(queue.name)))}</ul>`
        : html`<p class="empty">No service is configured yet.</p>`}`;
  }

  /** @param {any[]} queues */
  _totals(queues) {
    const waiting = queues.reduce((sum, queue) => sum + queue.waiting, 0);
    const oldest = queues.map((queue) => queue.oldest_at).filter((at) => at !== null);
    const at = oldest.length ? Math.min(...oldest) : null;
    const judged = queues.filter((queue) => queue.metrics?.service_level !== null);
    const answered = judged.reduce((sum, queue) => sum + queue.metrics.answered, 0);
    const level = answered
      ? judged.reduce((sum, queue) => sum + queue.metrics.service_level * queue.metrics.answered, 0) / answered : null;
    return html`
      ${figure("total_waiting", "Waiting", waiting, waiting)}
      ${figure("total_oldest_wait", "Longest wait", at, html`<hg-time .since=${at}></hg-time>`)}
      ${figure("total_service_level", "Service level", level, percent(level))}`;
  }

  /** @param {any} event */
  _choose(event) {
    this.group = event.target.value;
    const address = new URL(location.href);
    if (this.group) address.searchParams.set("group", this.group);
    else address.searchParams.delete("group");
    history.replaceState(null, "", address);
    this.requestUpdate();
  }
}
customElements.define("hg-wall", Wall);

/** @param {any} queue @param {import("./levels.js").Level[] | undefined} rows */
function card(queue, rows) {
  const tone = PRESENCE[queue.presence]?.[1] ?? "none";
  const level = queue.metrics?.service_level ?? null;
  return html`<li class="card queue" data-queue=${queue.name} data-tone=${tone}>
    <div class="inner">
      <div class="head"><h2 dir="auto" title=${queue.name}>${queue.name}</h2>${presence(queue.presence)}</div>
      <p class="big"><b data-field="waiting" data-value=${String(queue.waiting)}>${queue.waiting}</b><span>waiting</span></p>
      <dl class="figures">
        ${figure("oldest_wait", "Longest", queue.oldest_at, html`<hg-time .since=${queue.oldest_at}></hg-time>`)}
        ${figure("logged_in", "In service", queue.logged_in, queue.logged_in)}
        ${figure("ready", "Ready", queue.ready, queue.ready)}
        ${figure("service_level", "Service level", level, percent(level))}
        ${figure("estimated_wait", "Estimate", queue.estimated_wait, duration(queue.estimated_wait))}
      </dl>
      ${levels(rows)}
    </div></li>`;
}
