// @ts-check
// What happened around one agent: the events that are kept, the latest first, and those to come.
import { html } from "../vendor/lit.js";
import { Element } from "./element.js";
import { beside } from "./service.js";
import { store } from "./store.js";
import { clock, sentence } from "./words.js";

const BACK = 20_000;
const SHOWN = 300;

class Audit extends Element {
  name = "";
  /** @type {any[]} */ events = [];
  lost = false;

  firstUpdated() {
    const dialog = this.querySelector("dialog");
    dialog?.showModal();
    dialog?.addEventListener("close", () => this.remove());
    const address = beside("v1/events");
    address.searchParams.set("agents", this.name);
    address.searchParams.set("from_seq", String(Math.max(1, store.seq - BACK)));
    this._source = new EventSource(address);
    this._source.onmessage = (message) => {
      this.events.push(JSON.parse(message.data));
      if (this.events.length > 2 * SHOWN) this.events = this.events.slice(-SHOWN);
      this.requestUpdate();
    };
    this._source.onerror = () => { this.lost = true; this.requestUpdate(); };
    this._source.onopen = () => { this.lost = false; this.requestUpdate(); };
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    this._source?.close();
  }

  render() {
    const events = this.events.slice(-SHOWN).reverse();
    return html`<dialog role="dialog" aria-labelledby="audit-title"><h2 id="audit-title" dir="auto">${this.name}: what happened</h2>
      ${this.lost ? html`<p class="refused" role="alert">These events cannot be read just now.</p>` : ""}
      <ol class="log" data-field="audit" tabindex="0" aria-label="Events, the latest first">${events.map((event) => html`<li data-kind=${event.kind}>
        <time class="muted">${clock(event.at_ns)}</time> <span dir="auto">${sentence(event)}</span></li>`)}</ol>
      ${events.length ? "" : html`<p class="empty">Nothing is kept of this agent.</p>`}
      <div class="buttons"><button type="button" class="primary" @click=${() => this.querySelector("dialog")?.close()}>Close</button></div></dialog>`;
  }
}
customElements.define("hg-audit", Audit);

/** @param {string} name */
export function audit(name) {
  document.body.append(Object.assign(document.createElement("hg-audit"), { name }));
}
