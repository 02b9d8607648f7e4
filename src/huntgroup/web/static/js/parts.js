// @ts-check
// Small pieces that several pages show.
import { html, nothing } from "../vendor/lit.js";
import { channelSign } from "./icons.js";
import { store } from "./store.js";
import { PRESENCE, tone } from "./words.js";

/** A status as people see it. @param {any} agent */
export const status = (agent) => html`<span class="status" data-field="status" data-value=${agent.status}
  ><i class="dot" data-tone=${tone(agent.colour)} data-field="colour" data-value=${agent.colour ?? ""}></i
  ><span>${agent.status}</span></span>`;

/** What an agent can take: an icon each, greyed out when it can take no more, or is out. @param {any} agent */
export function capabilities(agent) {
  const out = store.out(agent);
  return html`<span class=${out ? "capabilities out" : "capabilities"}>${Object.entries(agent.capabilities).map(([channel, value]) => {
    const words = `${channel}: ${value}${out ? " once signed in" : ""}`;
    return html`<span class="capability" role="img" data-capability=${channel} data-value=${value}
      title=${words} aria-label=${words}>${channelSign(channel)}</span>`;
  })}</span>`;
}

/** The outward presence of a service. @param {string} presence */
export function presence(presence) {
  const [word, colour] = PRESENCE[presence] ?? [presence, "none"];
  return html`<span class="badge" data-tone=${colour} data-field="presence" data-value=${presence}>${word}</span>`;
}

/** A control that issues a command; `why` says why it may not now. The second click of a double one
 * counts only where it `repeats`: it would meet what has come in the place of the first, or what is done already.
 * @param {{action: string, label: unknown, does: (event: Event) => void, why?: string | null, kind?: string,
 *   name?: string, pressed?: boolean, repeats?: boolean}} given */
export function control({ action, label, does, why = null, kind = "", name, pressed, repeats = false }) {
  return html`<button type="button" class=${kind} data-action=${action} aria-disabled=${why ? "true" : "false"}
    title=${why ?? nothing} aria-label=${name ?? nothing} aria-pressed=${pressed === undefined ? nothing : String(pressed)}
    @click=${(/** @type {MouseEvent} */ event) => { if (!why && (repeats || event.detail < 2)) does(event); }}>${label}</button>`;
}

/** A figure with its name. @param {string} field @param {string} label @param {unknown} value @param {unknown} shown */
export const figure = (field, label, value, shown) => html`<div class="figure"><dt>${label}</dt
  ><dd data-field=${field} data-value=${value === null || value === undefined ? "" : String(value)}>${shown}</dd></div>`;
