// @ts-check
// What an agent chooses of itself: statuses, the toggle, the messenger, devices, Stop New, signing in and out.
// Which of these there are is the model's to say.
import { html, nothing, repeat } from "../vendor/lit.js";
import { does } from "./app.js";
import { Element } from "./element.js";
import { control } from "./parts.js";
import { store } from "./store.js";
import { plain, tone } from "./words.js";

class DeskStatus extends Element {
  static properties = { agent: { attribute: false } };
  topics = ["model"];

  constructor() {
    super();
    /** @type {any} */ this.agent = null;
  }

  render() {
    const { agent } = this;
    const { model } = store;
    if (!model) return nothing;
    const out = store.out(agent);
    const frees = agent.status_until ?? null;
    return html`
      <div class="now" data-tone=${tone(agent.colour)}>
        <span class="word" data-field="status" data-value=${agent.status}>${agent.status}</span>
        <span class="since" data-field="colour" data-value=${agent.colour ?? ""}><hg-time .since=${agent.since}></hg-time></span>
      </div>
      ${agent.pending ? html`<p class="pending" data-field="pending" data-value=${agent.pending}>“${agent.pending}” begins when
        the work in hand is done.</p>` : nothing}
      ${frees ? html`<p class="muted" data-field="status_until" data-value=${String(frees)}>Ends by itself in
        <hg-time .until=${frees}></hg-time></p>` : nothing}
      ${agent.profile !== agent.status ? html`<p class="muted">Chosen: <span data-field="profile" data-value=${agent.profile}
        >${agent.profile}</span></p>` : nothing}
      ${out ? this._signIn() : html`
        ${model.toggle ? this._toggle() : nothing}
        ${this._statuses(model)}
        ${model.stop_new ? this._stopNew() : nothing}
        ${model.external_presence ? this._messenger(model) : nothing}`}
      <div class="buttons">
        ${this._devices()}
        ${out ? nothing : this._signOut(model)}
      </div>`;
  }

  _signIn() {
    const { agent } = this;
    return control({ action: "sign_in", label: "Sign in", kind: "primary", does: () => does("sign_in", { agent: agent.name }) });
  }

  /** @param {any} model */
  _signOut(model) {
    const { agent } = this;
    if (!agent.signed_in && model.sign_in?.required === false) return this._signIn();
    return control({ action: "sign_out", label: "Sign out", does: () => does("sign_out", { agent: agent.name }),
      why: agent.may_sign_out ? null : `Not from “${agent.status}”` });
  }

  _toggle() {
    const { agent } = this;
    return html`<div class="toggle" role="group" aria-label="Ready or not">${[true, false].map((ready) =>
      control({ action: "set_ready", label: ready ? "Ready" : "Not ready", pressed: agent.ready_toggle === ready,
        does: () => does("set_ready", { agent: agent.name, ready }) }))}</div>`;
  }

  /** All that may ever be chosen; what may not just now says why. @param {any} model */
  _statuses(model) {
    const { agent } = this;
    const may = new Set(agent.selectable);
    const shown = model.status.filter((/** @type {any} */ one) => one.selectable && (!one.waits_for || may.has(one.name)));
    return html`<div class="statuses" role="group" aria-label="Choose a status">${repeat(shown, (one) => one.name, (/** @type {any} */ one) =>
      html`<button type="button" data-action="set_status" data-status=${one.name}
        aria-pressed=${String((agent.pending ?? agent.profile) === one.name)}
        aria-disabled=${String(!may.has(one.name))} title=${may.has(one.name) ? this._means(one) : this._why(one)}
        @click=${() => may.has(one.name) && does("set_status", { agent: agent.name, status: one.name })}>
        <i class="dot" data-tone=${tone(one.colour)}></i><span dir="auto">${one.name}</span></button>`)}</div>`;
  }

  /** @param {any} one */
  _means(one) {
    const parts = [];
    if (one.waits_for) parts.push(`“${one.waits_for}” once the work in hand is done`);
    if (one.duration) parts.push(`ends by itself after ${Math.round(one.duration / 60)} min`);
    if (one.needs_device) parts.push(`needs a device for ${one.needs_device}`);
    parts.push(one.receives_queued ? "takes what waits in queues" : "takes nothing from queues");
    return parts.join("; ");
  }

  /** @param {any} one */
  _why(one) {
    const { agent } = this;
    if (agent.selectable.length === 0) return `Nothing can be chosen in “${agent.status}”: it ends by itself`;
    return `“${one.name}” cannot be chosen from “${agent.status}”`;
  }

  _stopNew() {
    const { agent } = this;
    if (agent.stop_new) {
      return control({ action: "resume_new", label: "Resume", kind: "go", does: () => does("resume_new", { agent: agent.name }) });
    }
    return control({ action: "stop_new", label: "Stop new", does: () => does("stop_new", { agent: agent.name }),
      why: agent.can_stop_new ? null : "Only while something is in hand that may be followed by more" });
  }

  /** @param {any} model */
  _messenger(model) {
    const { agent } = this;
    return html`<label class="messenger">Messenger <select data-action="set_external_presence" data-field="external_presence"
      data-value=${agent.external_presence} @change=${(/** @type {any} */ event) =>
        does("set_external_presence", { agent: agent.name, presence: event.target.value })}>
      ${Object.keys(model.external_presence.values).map((word) =>
        html`<option value=${word} ?selected=${word === agent.external_presence}>${plain(word)}</option>`)}</select></label>`;
  }

  /** What rings for the agent, where the channel needs something that does. */
  _devices() {
    const { agent } = this;
    const voice = store.model.channel_names?.[0];
    if (!voice || !agent.devices) return nothing;
    const devices = agent.devices[voice] ?? [];
    const on = devices.length > 0;
    const named = on && devices[0] !== null ? { device: devices[0] } : {};
    return control({ action: on ? "disconnect" : "connect", label: on ? "Phone connected" : "Connect a phone", pressed: on,
      name: on ? "Phone connected, disconnect" : "Connect a phone",
      does: () => does(on ? "disconnect" : "connect", { agent: agent.name, channel: voice, ...named }) });
  }
}
customElements.define("hg-desk-status", DeskStatus);
