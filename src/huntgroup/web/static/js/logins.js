// @ts-check
// The logins of an agent to several queues, in one save.
import { html, nothing } from "../vendor/lit.js";
import { Element } from "./element.js";
import { store } from "./store.js";

class Logins extends Element {
  name = "";
  error = "";

  firstUpdated() {
    const dialog = this.querySelector("dialog");
    dialog?.showModal();
    dialog?.addEventListener("close", () => this.remove());
  }

  render() {
    const agent = store.agents.get(this.name);
    return html`<dialog role="dialog" aria-labelledby="logins-title"><form method="dialog" @submit=${this._save}>
      <h2 id="logins-title" dir="auto">Queues of ${this.name}</h2>
      ${this.error ? html`<p class="refused" role="alert">${this.error}</p>` : nothing}
      ${Object.entries(agent?.queues ?? {}).map(([queue, on]) => html`<label class="check"><input type="checkbox" name=${queue}
        data-queue=${queue} ?checked=${on}><span dir="auto">${queue}</span></label>`)}
      <div class="buttons"><button type="button" class="quiet" @click=${() => this.querySelector("dialog")?.close()}>Cancel</button>
        <button type="submit" class="primary" data-action="set_queue_logins">Save</button></div></form></dialog>`;
  }

  /** @param {Event} event */
  async _save(event) {
    event.preventDefault();
    const agent = store.agents.get(this.name);
    /** @type {Record<string, boolean>} */
    const changed = {};
    for (const box of /** @type {NodeListOf<HTMLInputElement>} */ (this.querySelectorAll("input[data-queue]"))) {
      if (box.checked !== agent?.queues[box.name]) changed[box.name] = box.checked;
    }
    try {
      if (Object.keys(changed).length) await store.command("set_queue_logins", { agent: this.name, logins: changed });
      this.querySelector("dialog")?.close();
    } catch (error) {
      this.error = error instanceof Error ? error.message : String(error);
      this.requestUpdate();
    }
  }
}
customElements.define("hg-logins", Logins);

/** @param {string} name */
export function logins(name) {
  document.body.append(Object.assign(document.createElement("hg-logins"), { name }));
}
