// @ts-check
// Signs of channels, drawn, so that they look alike on every machine.
import { html, svg } from "../vendor/lit.js";

/** @type {Record<string, unknown>} */
const SHAPES = {
  voice: svg`<path d="M6.6 3.2 9 2.6l2 5-2 1.6a13 13 0 0 0 5.8 5.8l1.6-2 5 2-.6 2.4c-.3 1.6-1.7 2.7-3.3 2.6C9.5 19.500 4.500 14.500 4 6.500c-.1-1.600 1-3 2.600-3.300z"/>`,
  chat: svg`<path d="M5 4h14a2 2 0 0 1 2 2v9a2 2 0 0 1-2 2h-8l-5 4v-4H5a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2z"/>`,
  email: svg`<path d="M3 6a1 1 0 0 1 1-1h16a1 1 0 0 1 1 1v.600l-9 5.600-9-5.600z"/><path d="m3 9 9 5.600L21 9v9a1 1 0 0 1-1 1H4a1 1 0 0 1-1-1z"/>`,
  task: svg`<path fill-rule="evenodd" d="M5 3h14a2 2 0 0 1 2 2v14a2 2 0 0 1-2 2H5a2 2 0 0 1-2-2V5a2 2 0 0 1 2-2zm5.500 13.500 7-7-1.800-1.800-5.200 5.200-2.200-2.200-1.800 1.800z"/>`,
};
const OTHER = svg`<circle cx="12" cy="12" r="8"/>`;

/** The sign of a channel. @param {string} channel */
export const channelSign = (channel) =>
  html`<svg class="sign" viewBox="0 0 24 24" aria-hidden="true">${SHAPES[channel] ?? OTHER}</svg>`;
