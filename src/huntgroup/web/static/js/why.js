// @ts-check
// "Why is nobody taking this?", in sentences.
import { html, nothing } from "../vendor/lit.js";
import { Element } from "./element.js";
import { read } from "./store.js";
import { because, clock, many } from "./words.js";

const NAMED = 100;

class Why extends Element {
  /** @type {any} */ call = null;
  /** @type {any} */ told = null;
  /** @type {Record<string, any[]>} */ more = {};

  firstUpdated() {
    const dialog = this.querySelector("dialog");
    dialog?.showModal();
    dialog?.addEventListener("close", () => this.remove());
  }

  render() {
    const { call, told } = this;
    const away = Object.entries(told.by_rule).sort(([, a], [, b]) => Number(b) - Number(a));
    const agents = Object.entries(told.candidates);
    return html`<dialog role="dialog" aria-labelledby="why-title"><div data-field="why" data-value=${String(call.id)}>
      <h2 id="why-title">Why is nobody taking #${call.id}?</h2>
      <p>${this._short()}</p>
      <ul class="reasons">${away.map(([rule, count]) => html`<li data-value=${String(count)}>${many(Number(count), rule)}</li>`)}</ul>
      <ul class="people">${agents.slice(0, NAMED).map(([name, rule]) => html`<li data-agent=${name} data-rule=${rule ?? "eligible"}>
        <b dir="auto">${name}</b> ${because(/** @type {any} */ (rule))}.
        ${this.more[name] ? this.more[name].slice(1).map((one) => html` Also: ${because(one.rule)}${one.when
          ? `, until ${clock(one.when)}` : ""}.`) : html`<button type="button" class="quiet" @click=${() => this._all(name)}
          aria-label="All reasons of ${name}">More</button>`}</li>`)}
        ${agents.length > NAMED ? html`<li class="muted">… and ${agents.length - NAMED} more.</li>` : nothing}</ul>
      <div class="buttons"><button type="button" class="primary" @click=${() => this.querySelector("dialog")?.close()}>Close</button></div>
    </div></dialog>`;
  }

  _short() {
    const { call, told } = this;
    const members = Object.keys(told.candidates).length;
    if (told.state === "Offered") return `It rings already${told.winner ? `: ${told.winner} was asked` : ""}.`;
    if (told.state !== "Queued") return `It is not waiting any more: it is “${told.state}”.`;
    if (!members) return `Nobody belongs to the queue “${call.queue}”.`;
    if (told.by_rule.eligible) return `Of ${members} who belong to “${call.queue}” somebody could take it; others wait before it.`;
    return `None of the ${members} who belong to “${call.queue}” can take it now:`;
  }

  /** @param {string} name */
  async _all(name) {
    const { items } = await read(`v1/interactions/${this.call.id}/why-not?agent=${encodeURIComponent(name)}`);
    this.more[name] = items.length ? items : [{ rule: "eligible", when: null }];
    this.requestUpdate();
  }
}
customElements.define("hg-why", Why);

/** @param {any} call */
export async function why(call) {
  const told = await read(`v1/interactions/${call.id}/explain`);
  document.body.append(Object.assign(document.createElement("hg-why"), { call, told }));
}
