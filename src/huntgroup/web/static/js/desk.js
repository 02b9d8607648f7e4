// @ts-check
// An agent's desk: what it shows and offers follows from the model's data, whichever model it is.
import { html, nothing, repeat } from "../vendor/lit.js";
import { does } from "./app.js";
import { ask, colleagues } from "./ask.js";
import { Element } from "./element.js";
import { capabilities, control, presence } from "./parts.js";
import { store } from "./store.js";
import { channelSign } from "./icons.js";
import "./desk-call.js";
import "./desk-status.js";

class Desk extends Element {
  topics = ["agents", "queues", "interactions", "me", "model", "connection"];

  connectedCallback() {
    super.connectedCallback();
    // Somebody who is no agent looks over one's shoulder, or, where the centre is made up, is the visitor.
    const { me } = store;
    const name = me?.agent ?? store.focus ?? me?.visitor;
    if (me && name && name !== store.focus && !me.agent) store.refocus(name);
  }

  get agent() {
    return store.agents.get(store.me?.agent ?? store.focus ?? "");
  }

  render() {
    if (!store.me) return html`<p class="empty">Loading …</p>`;
    if (!store.me.agent && !store.focus) {
      if (store.me.visitor) this.updateComplete.then(() => store.refocus(store.me.visitor));
      return html`<div class="empty"><h1>Whose desk?</h1>${this._other("primary")}</div>`;
    }
    const { agent } = this;
    if (!agent) {
      return html`<div class="empty"><h1 class="hidden">Desk</h1><p>${store.complete ? `There is no agent “${store.focus ?? store.me.subject}” here.`
        : "Loading the desk …"}</p>${store.complete && !store.me.agent ? this._other("primary") : nothing}</div>`;
    }
    return html`<div class="desk" data-agent=${agent.name}>
      <section class="panel me" aria-label="Status">
        <div class="head"><h1 dir="auto" class="clamp" title=${agent.name}>${agent.name}</h1>${capabilities(agent)}</div>
        <hg-desk-status .agent=${agent}></hg-desk-status>
        ${store.me.agent ? nothing : this._other("quiet")}
      </section>
      <section class="work" aria-label="Interactions">${this._work(agent)}</section>
      <section class="panel" aria-label="Queues"><h2>My queues</h2>${this._queues(agent)}</section>
    </div>`;
  }

  /** @param {string} kind */
  _other(kind) {
    return html`<button type="button" class=${kind} @click=${() => ask({
      heading: "Whose desk?",
      action: "Open",
      fields: [{ name: "agent", label: "Agent", search: colleagues(undefined) }],
      confirm: async ({ agent }) => {
        const address = new URL(location.href);
        address.searchParams.set("agent", agent);
        history.replaceState(null, "", address);
        store.refocus(agent);
      },
    })}>Another desk …</button>`;
  }

  /** @param {any} agent */
  _work(agent) {
    const ids = [...new Set([...agent.interactions, ...agent.wrap_ups, ...agent.parked])];
    const calls = ids.map((id) => store.interactions.get(id)).filter(Boolean)
      .sort((a, b) => Number(b.state === "Offered") - Number(a.state === "Offered") || a.id - b.id);
    const off = agent.features_enabled ? null : "Not in this status";
    const rings = calls.filter((call) => call.state === "Offered").map((call) => `${call.channel} ${call.queue ?? "direct"} rings`);
    return html`<p class="hidden" aria-live="assertive">${rings.join(", ")}</p>
      ${calls.length ? repeat(calls, (call) => call.id,
        (call) => html`<hg-desk-call .call=${call} .agent=${agent}></hg-desk-call>`)
        : html`<p class="panel empty">Nothing to do just now. What rings for you appears here.</p>`}
      <div class="dial">${repeat(Object.entries(agent.capabilities).filter(([, value]) => value !== "absent"), ([channel]) => channel,
        ([channel, value]) => control({ action: "dial", label: html`${channelSign(channel)} New ${channel}`, kind: "",
          why: off ?? (value === "full" ? "No more of this channel now" : null),
          does: () => does("dial", { agent: agent.name, channel }) }))}</div>`;
  }

  /** @param {any} agent */
  _queues(agent) {
    const names = Object.keys(agent.queues);
    if (!names.length) return html`<p class="muted">You belong to no queue yet.</p>`;
    const all = names.every((name) => agent.queues[name]);
    return html`
      ${store.out(agent) ? html`<p class="muted">You are signed out: nothing comes from them before you sign in.</p>` : nothing}
      <ul class="logins">${repeat(names, (name) => name, (name) => this._queue(agent, name))}</ul>
      ${names.length > 1 ? control({ action: "set_queue_logins", label: all ? "Log out of all" : "Log in to all",
        does: () => does("set_queue_logins", { agent: agent.name,
          logins: Object.fromEntries(names.map((name) => [name, !all])) }) }) : nothing}`;
  }

  /** @param {any} agent @param {string} name */
  _queue(agent, name) {
    const queue = store.queues.get(name);
    const on = agent.queues[name];
    const out = store.out(agent);
    return html`<li data-queue=${name}>
      <span class="name clamp" dir="auto" title=${name}>${name}</span>
      ${queue ? html`${presence(queue.presence)}<span class="muted" data-field="waiting" data-value=${String(queue.waiting)}
        >${queue.waiting} waiting</span>` : nothing}
      ${control({ action: on ? "queue_logout" : "queue_login", label: on ? (out ? "Will log in" : "Logged in") : "Logged out",
        pressed: on, name: `${name}: ${on ? `logged in${out ? " once signed in" : ""}, log out` : "logged out, log in"}`,
        does: () => does(on ? "queue_logout" : "queue_login", { agent: agent.name, queue: name }) })}
    </li>`;
  }
}
customElements.define("hg-desk", Desk);
