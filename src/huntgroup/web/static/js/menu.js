// @ts-check
// A menu at an element: arrows move, Enter does, Escape leaves and gives the focus back.
import { html, nothing } from "../vendor/lit.js";
import { Element } from "./element.js";

/** @typedef {{action: string, label: string, does: () => unknown, why?: string | null, status?: string, tone?: string,
 *   queue?: string}} Item */

class Menu extends Element {
  /** @type {Item[]} */ items = [];
  label = "";
  /** @type {DOMRect} */ box = new DOMRect();
  /** @type {HTMLElement | null} */ from = null;

  connectedCallback() {
    super.connectedCallback();
    this._outside = (/** @type {Event} */ event) => {
      if (!this.contains(/** @type {Node} */ (event.target))) this.leave(false);
    };
    addEventListener("pointerdown", this._outside, true);
    this.addEventListener("keydown", (event) => this._key(event));
  }

  disconnectedCallback() {
    super.disconnectedCallback();
    if (this._outside) removeEventListener("pointerdown", this._outside, true);
  }

  firstUpdated() {
    const menu = /** @type {HTMLElement} */ (this.querySelector(".menu"));
    const { offsetWidth: width, offsetHeight: height } = menu;
    menu.style.left = `${Math.max(8, Math.min(this.box.left, innerWidth - width - 8))}px`;
    const below = this.box.bottom + height + 8 < innerHeight;
    menu.style.top = `${below ? this.box.bottom + 4 : Math.max(8, Math.min(this.box.top - height - 4, innerHeight - height - 8))}px`;
    this._items()[0]?.focus();
  }

  render() {
    return html`<div class="menu" role="menu" aria-label=${this.label}>${this.items.map((item) => html`
      <button type="button" role="menuitem" tabindex="-1" data-action=${item.action} data-status=${item.status ?? nothing}
        data-queue=${item.queue ?? nothing} aria-disabled=${String(Boolean(item.why))} title=${item.why ?? nothing}
        @click=${() => { if (!item.why) { this.leave(true); item.does(); } }}>
        ${item.tone ? html`<i class="dot" data-tone=${item.tone}></i>` : nothing}<span dir="auto">${item.label}</span></button>`)}</div>`;
  }

  _items() {
    return /** @type {HTMLElement[]} */ ([...this.querySelectorAll("[role=menuitem]")]);
  }

  /** @param {KeyboardEvent} event */
  _key(event) {
    const items = this._items();
    const at = items.indexOf(/** @type {HTMLElement} */ (document.activeElement));
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
    if (to !== undefined) items[(to + items.length) % items.length]?.focus();
    else if (event.key === "Escape" || event.key === "Tab") this.leave(true);
    else if (event.key.length === 1 && event.key !== " ") {
      const next = [...items.slice(at + 1), ...items].find((item) =>
        item.textContent?.trim().toLocaleLowerCase().startsWith(event.key.toLocaleLowerCase()));
      next?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  /** @param {boolean} back */
  leave(back) {
    this.remove();
    if (back) this.from?.focus();
  }
}
customElements.define("hg-menu", Menu);

/** Opens a menu at an element, to which the focus returns. @param {HTMLElement} from @param {string} label @param {Item[]} items */
export function open(from, label, items) {
  document.querySelector("hg-menu")?.remove();
  const box = from.getBoundingClientRect();
  (document.querySelector("main") ?? document.body).append(Object.assign(document.createElement("hg-menu"), { items, label, box, from }));
}
