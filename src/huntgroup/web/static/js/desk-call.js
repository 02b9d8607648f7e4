// @ts-check
// One interaction on a desk: what it is, how long it has been so, and what may be done with it.
import { html, nothing, repeat } from "../vendor/lit.js";
import { does } from "./app.js";
import { ask, colleagues, matches } from "./ask.js";
import { Element } from "./element.js";
import { control } from "./parts.js";
import { store } from "./store.js";
import { channelSign } from "./icons.js";

/** What may be done in each state of an interaction, in the order shown: what is in two states keeps its place where it
 * can, as the state may change under one's hand. @type {Record<string, string[]>} */
const ACTIONS = {
  Offered: ["accept", "reject"],
  Dialing: ["answered", "end"],
  Handling: ["hold", "consult", "transfer", "park", "end"],
  "On Hold": ["retrieve", "consult", "transfer", "park", "end"],
  Consulting: ["conference", "complete", "end_consult", "end"],
  "In Conference": ["complete", "end_consult", "end"],
  "Wrap Up": ["finish_wrap_up", "extend_wrap_up"],
  Parked: ["resume"],
};
const LABELS = {
  accept: "Accept", reject: "Reject", answered: "Answered", end: "End", hold: "Hold", retrieve: "Take back",
  consult: "Consult …", transfer: "Transfer …", complete: "Hand over", park: "Park", conference: "Conference",
  end_consult: "End consultation", finish_wrap_up: "Done", extend_wrap_up: "30 s more", resume: "Go on",
};
/** @type {Record<string, string>} */
const KINDS = { accept: "go", answered: "go", reject: "stop", end: "stop", finish_wrap_up: "primary", retrieve: "primary", resume: "primary" };
const MORE_S = 30;

class DeskCall extends Element {
  static properties = { call: { attribute: false }, agent: { attribute: false } };

  constructor() {
    super();
    /** @type {any} */ this.call = null;
    /** @type {any} */ this.agent = null;
    this._within = false;
  }

  willUpdate() {
    this._within = this.contains(document.activeElement);
  }

  /** The control that had the focus may be gone with the state it belonged to: the focus stays at the interaction. */
  updated() {
    if (this._within && !this.contains(document.activeElement)) this.querySelector("article")?.focus();
  }

  render() {
    const { call, agent } = this;
    const wraps = agent.wrap_ups.includes(call.id) && !agent.interactions.includes(call.id);
    const state = wraps ? "Wrap Up" : call.state;
    const rings = state === "Offered";
    return html`<article class="panel call ${rings ? "ringing" : ""}" tabindex="-1" data-interaction=${String(call.id)} data-state=${state}
      data-offer=${rings && call.offers.length ? String(call.offers[0]) : nothing}
      aria-label="${state}: ${call.channel} ${call.queue ?? "direct"}">
      <div class="head">
        ${channelSign(call.channel)}
        <h2 dir="auto">${call.queue ?? `Direct ${call.channel}`}</h2>
        <span class="badge" data-tone=${TONES[state] ?? "grey"}>${state}</span>
      </div>
      <p class="muted">${call.ref !== null ? html`<span dir="auto">${call.ref}</span> · ` : nothing}#${call.id}${call.priority
        ? ` · priority ${call.priority}` : nothing}${call.callback ? " · call back" : nothing}</p>
      <p class="clock">${this._clock(state)}</p>
      <div class="buttons">${repeat(ACTIONS[/** @type {keyof ACTIONS} */ (state)] ?? [], (action) => action,
        (action) => this._control(action))}</div>
    </article>`;
  }

  /** @param {string} state */
  _clock(state) {
    const { call, agent } = this;
    if (state === "Offered") {
      return html`${call.offer_until ? html`<span data-field="offer_until" data-value=${String(call.offer_until)}>Rings for
        <b><hg-time .until=${call.offer_until}></hg-time></b></span><hg-left .until=${call.offer_until}></hg-left>` : nothing}
        <span class="muted">waited <hg-time .since=${call.queued_at}></hg-time></span>`;
    }
    if (state === "Wrap Up" && agent.wrap_up_until) {
      return html`<span data-field="wrap_up_until" data-value=${String(agent.wrap_up_until)}>Ends in
        <b><hg-time .until=${agent.wrap_up_until}></hg-time></b></span><hg-left .until=${agent.wrap_up_until}></hg-left>`;
    }
    return html`<b><hg-time .since=${call.since}></hg-time></b> <span class="muted">${state === "On Hold" ? "on hold" : "so far"}</span>`;
  }

  /** @param {string} action */
  _control(action) {
    const why = action.endsWith("wrap_up") && store.model?.wrap_up?.fixed ? "It ends when its time is out" : null;
    return control({
      action: action === "complete" ? "transfer" : action, why, kind: KINDS[action] ?? "", repeats: action === "extend_wrap_up",
      label: LABELS[/** @type {keyof LABELS} */ (action)], does: () => this._does(action),
    });
  }

  /** @param {string} action */
  _does(action) {
    const { call, agent } = this;
    const interaction = call.id;
    const mine = { interaction, agent: agent.name };
    if (action === "accept" || action === "reject" || action === "finish_wrap_up") return does(action, mine);
    if (action === "extend_wrap_up") return does(action, { ...mine, seconds: MORE_S });
    if (action === "complete") return does("transfer", { interaction });
    if (action === "consult" || action === "transfer") return this._target(action);
    return does(action, { interaction });
  }

  /** Whom to ask, or where to hand it to: by search. @param {string} action */
  _target(action) {
    const { call, agent } = this;
    const people = colleagues(call.channel);
    ask({
      heading: action === "consult" ? "Consult whom?" : "Transfer to whom?",
      action: action === "consult" ? "Consult" : "Transfer",
      fields: [{
        name: "agent",
        label: action === "consult" ? "Colleague" : "Colleague or queue",
        search: async (text) => {
          const found = (await people(text)).filter((/** @type {any} */ one) => one.value !== agent.name)
            .map((/** @type {any} */ one) => ({ ...one, value: { agent: one.value } }));
          if (action === "consult") return found;
          const queues = [...store.queues.values()].filter((queue) => queue.channel === call.channel && matches(text, queue.name))
            .map((queue) => ({ value: { queue: queue.name }, label: queue.name, hint: `queue, ${queue.waiting} waiting` }));
          return [...queues, ...found];
        },
      }],
      confirm: ({ agent: target }) =>
        store.command(action, { interaction: call.id, ...(typeof target === "string" ? { agent: target } : target) }),
    });
  }
}
customElements.define("hg-desk-call", DeskCall);

/** @type {Record<string, string>} */
export const TONES = {
  Queued: "none", Offered: "blue", Dialing: "blue", Handling: "red", "On Hold": "yellow", Consulting: "purple",
  "In Conference": "purple", "Wrap Up": "orange", Parked: "grey",
};
