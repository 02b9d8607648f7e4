// @ts-check
// A queue with what waits in it, from the front: each may be taken by the mouse, or by the keyboard and its menu.
import { html, nothing, repeat } from "../vendor/lit.js";
import { Element } from "./element.js";
import { channelSign } from "./icons.js";
import { open } from "./menu.js";
import { figure, presence } from "./parts.js";
import { store } from "./store.js";
import { move, waitingActions } from "./waiting-actions.js";
import { duration, percent } from "./words.js";

const SHOWN = 8;

class QueueCard extends Element {
  static properties = { queue: { attribute: false } };
  topics = ["queues", "interactions"];
  all = false;

  constructor() {
    super();
    /** @type {any} */ this.queue = null;
  }

  render() {
    const { queue } = this;
    const ids = store.waiting.get(queue.name) ?? [];
    const calls = ids.map((id) => store.interactions.get(id)).filter(Boolean);
    const shown = this.all ? calls : calls.slice(0, SHOWN);
    const level = queue.metrics?.service_level ?? null;
    return html`<article class="panel" data-queue=${queue.name} @dragover=${over} @dragleave=${leave} @drop=${(/** @type {DragEvent} */ event) => {
      leave(event);
      const id = Number(event.dataTransfer?.getData("text/interaction"));
      if (id && store.interactions.get(id)?.queue !== queue.name) move(id, queue.name);
    }}>
      <div class="head">${channelSign(queue.channel)}<h2 dir="auto" class="clamp" title=${queue.name}>${queue.name}</h2>${presence(queue.presence)}</div>
      <dl class="figures">
        ${figure("waiting", "Waiting", queue.waiting, queue.waiting)}
        ${figure("oldest_wait", "Longest", queue.oldest_at, html`<hg-time .since=${queue.oldest_at}></hg-time>`)}
        ${figure("logged_in", "In service", queue.logged_in, queue.logged_in)}
        ${figure("ready", "Ready", queue.ready, queue.ready)}
        ${figure("service_level", "Level", level, percent(level))}
        ${figure("estimated_wait", "Estimate", queue.estimated_wait, duration(queue.estimated_wait))}
      </dl>
      ${calls.length ? html`<ol class="waiting" aria-label="Waiting in ${queue.name}" @keydown=${move_focus}>
        ${repeat(shown, (call) => call.id, (call, place) => item(call, place))}</ol>` : nothing}
      ${queue.waiting > shown.length ? html`<button type="button" class="quiet" @click=${() => { this.all = !this.all; this.requestUpdate(); }}>
        ${this.all ? `The first ${shown.length} of ${queue.waiting}` : `${queue.waiting - shown.length} more`}</button>` : nothing}
    </article>`;
  }
}
customElements.define("hg-queue", QueueCard);

/** @param {any} call @param {number} place */
function item(call, place) {
  return html`<li><button type="button" class="item" draggable="true" data-interaction=${String(call.id)} data-state=${call.state}
    aria-haspopup="menu" @dragstart=${(/** @type {DragEvent} */ event) => {
      event.dataTransfer?.setData("text/interaction", String(call.id));
      event.dataTransfer?.setData("text/plain", `#${call.id}`);
    }} @click=${(/** @type {MouseEvent} */ event) =>
      open(/** @type {HTMLElement} */ (event.currentTarget), `Interaction ${call.id}`, waitingActions(store.interactions.get(call.id) ?? call))}>
    <span class="muted">${place + 1}.</span><span class="ref" dir="auto">${call.ref ?? `#${call.id}`}</span>
    ${call.priority ? html`<span class="badge" data-tone="purple" data-field="priority" data-value=${String(call.priority)}
      >priority ${call.priority}</span>` : nothing}
    ${call.callback ? html`<span class="badge" data-tone="blue">call back</span>` : nothing}
    ${call.state === "Offered" ? html`<span class="badge" data-tone="blue">rings</span>` : nothing}
    <b><hg-time .since=${call.queued_at}></hg-time></b></button></li>`;
}

/** Arrows go from one that waits to the next. @param {KeyboardEvent} event */
function move_focus(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const items = /** @type {HTMLElement[]} */ ([.../** @type {HTMLElement} */ (event.currentTarget).querySelectorAll(".item")]);
  items[items.indexOf(/** @type {HTMLElement} */ (document.activeElement)) + step]?.focus();
  event.preventDefault();
}

/** @param {DragEvent} event */
function over(event) {
  if (!event.dataTransfer?.types.includes("text/interaction")) return;
  event.preventDefault();
  /** @type {HTMLElement} */ (event.currentTarget).classList.add("over");
}
/** @param {DragEvent} event */
const leave = (event) => /** @type {HTMLElement} */ (event.currentTarget).classList.remove("over");
