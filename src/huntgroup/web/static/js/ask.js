// @ts-check
// Asks for what a command needs: agents and queues by search, words and numbers as they are. Enter confirms,
// Escape leaves, and the focus goes back to where it was. What was refused is said here, and the question stays.
import { html, nothing, repeat } from "../vendor/lit.js";
import { Element } from "./element.js";
import { read } from "./store.js";
import { tone } from "./words.js";

/** @typedef {{value: any, label: string, hint?: string, tone?: string}} Choice */
/** @typedef {{name: string, label: string, type?: string, value?: any,
 *   search?: (text: string) => Choice[] | Promise<Choice[]>}} Field */

let number = 0;

class Ask extends Element {
  /** @type {string} */ heading = "";
  /** @type {Field[]} */ fields = [];
  /** @type {(values: Record<string, any>) => Promise<unknown>} */ confirm = async () => undefined;
  action = "";
  /** @type {Record<string, Choice[]>} */ choices = {};
  /** @type {Record<string, number>} */ at = {};
  /** @type {Record<string, any>} */ chosen = {};
  error = "";
  loading = false;
  _id = `ask-${++number}`;

  firstUpdated() {
    const dialog = this.querySelector("dialog");
    dialog?.showModal();
    dialog?.addEventListener("close", () => this.remove());
    for (const field of this.fields) if (field.search) this._search(field, String(field.value ?? ""));
    /** @type {any} */ (dialog?.querySelector("input, select, button"))?.focus();
  }

  render() {
    return html`<dialog role="dialog" aria-labelledby=${this._id}><form method="dialog" @submit=${this._submit}>
      <h2 id=${this._id}>${this.heading}</h2>
      ${this.error ? html`<p class="refused" role="alert">${this.error}</p>` : nothing}
      ${this.fields.map((field) => this._field(field))}
      <div class="buttons"><button type="button" class="quiet" @click=${this._leave}>Cancel</button>
        <button type="submit" class="primary">${this.action}</button></div></form></dialog>`;
  }

  /** @param {Field} field */
  _field(field) {
    const id = `${this._id}-${field.name}`;
    if (!field.search) {
      return html`<label for=${id}>${field.label}<input id=${id} data-field=${field.name} type=${field.type ?? "text"}
        .value=${String(field.value ?? "")} autocomplete="off"></label>`;
    }
    const choices = this.choices[field.name] ?? [];
    const at = this.at[field.name] ?? -1;
    return html`<label for=${id}>${field.label}</label>
      <input id=${id} data-field=${field.name} role="combobox" aria-expanded=${String(choices.length > 0)}
        aria-controls="${id}-list" aria-autocomplete="list" autocomplete="off" .value=${String(field.value ?? "")}
        aria-activedescendant=${at >= 0 && choices.length ? `${id}-${at}` : nothing}
        @input=${(/** @type {any} */ event) => { delete this.chosen[field.name]; this._search(field, event.target.value); }}
        @keydown=${(/** @type {KeyboardEvent} */ event) => this._move(event, field)}>
      <div class="options" role="listbox" id="${id}-list" aria-label=${field.label} tabindex="-1">
        ${repeat(choices, (choice) => JSON.stringify(choice.value), (choice, place) => html`<div role="option" id="${id}-${place}" aria-selected=${String(place === at)}
          data-value=${String(choice.value)} @mousedown=${(/** @type {Event} */ event) => event.preventDefault()}
          @click=${() => { this._pick(field, choice); this._submit(); }}>
          <span dir="auto">${choice.label}</span>${choice.hint ? html`<span class="status muted">
            ${choice.tone ? html`<i class="dot" data-tone=${tone(choice.tone)}></i>` : nothing}${choice.hint}</span>` : nothing}
        </div>`)}
        ${choices.length || this.loading ? nothing : html`<div role="option" aria-selected="false" aria-disabled="true">
          <span class="muted">Nobody and nothing of this name</span></div>`}
      </div>`;
  }

  /** @param {Field} field @param {string} text */
  async _search(field, text) {
    const turn = (this._turn = (this._turn ?? 0) + 1);
    this.loading = true;
    const found = await Promise.resolve(field.search?.(text) ?? []).catch(() => []);
    if (this.fields.length === 1 && turn !== this._turn) return;
    this.loading = false;
    this.choices[field.name] = found;
    this.at[field.name] = found.length && text ? 0 : -1;
    this.requestUpdate();
  }

  /** @param {KeyboardEvent} event @param {Field} field */
  _move(event, field) {
    const count = (this.choices[field.name] ?? []).length;
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (!step || !count) return;
    event.preventDefault();
    this.at[field.name] = ((this.at[field.name] ?? -1) + step + count) % count;
    this.requestUpdate();
    this.updateComplete.then(() => this.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" }));
  }

  /** @param {Field} field @param {Choice} choice */
  _pick(field, choice) {
    this.chosen[field.name] = choice.value;
    const input = this.querySelector(`input[data-field="${field.name}"]`);
    if (input) /** @type {HTMLInputElement} */ (input).value = choice.label;
  }

  /** @param {Event} [event] */
  async _submit(event) {
    event?.preventDefault();
    /** @type {Record<string, any>} */
    const values = {};
    for (const field of this.fields) {
      const input = /** @type {HTMLInputElement} */ (this.querySelector(`input[data-field="${field.name}"]`));
      const exact = (this.choices[field.name] ?? []).find((choice) => choice.label === input.value);
      const marked = exact ?? (this.choices[field.name] ?? [])[this.at[field.name] ?? -1];
      if (field.search && this.chosen[field.name] === undefined && marked) this._pick(field, marked);
      values[field.name] = this.chosen[field.name] ?? (field.type === "number" ? Number(input.value) : input.value);
    }
    try {
      await this.confirm(values);
      this._leave();
    } catch (error) {
      this.error = error instanceof Error ? error.message : String(error);
      this.requestUpdate();
    }
  }

  _leave() {
    this.querySelector("dialog")?.close();
  }
}
customElements.define("hg-ask", Ask);

/** Asks, in a dialog above everything else. @param {{heading: string, action: string, fields: Field[],
 *   confirm: (values: Record<string, any>) => Promise<unknown>}} given */
export function ask(given) {
  document.querySelector("hg-ask")?.remove();
  document.body.append(Object.assign(document.createElement("hg-ask"), given));
}

/** Colleagues whose name has this text in it. @param {string | undefined} capability */
export const colleagues = (capability) => async (/** @type {string} */ text) => {
  const query = new URLSearchParams({ limit: "20" });
  if (text) query.set("search", text);
  if (capability) query.set("capability", capability);
  const { items } = await read(`v1/directory?${query}`);
  return items.map((/** @type {any} */ one) => ({
    value: one.agent, label: one.agent, hint: one.status, tone: one.colour ?? "none",
  }));
};

/** @param {string} text @param {string} within */
export const matches = (text, within) => within.toLocaleLowerCase().includes(text.toLocaleLowerCase());
