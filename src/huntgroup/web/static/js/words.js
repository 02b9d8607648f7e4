// @ts-check
// Words for people: times, figures, and what the engine's own names mean. Names of statuses come from the model.

/** Seconds as m:ss or h:mm:ss. @param {number | null | undefined} seconds */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return "–";
  const whole = Math.max(0, Math.floor(seconds));
  const two = (/** @type {number} */ n) => String(n).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  return h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** @param {number | null | undefined} share */
export const percent = (share) => (share === null || share === undefined ? "–" : `${Math.round(share * 100)} %`);

/** The time of day of an instant in ns. @param {number} ns */
export const clock = (ns) => new Date(ns / 1e6).toLocaleTimeString([], { hour12: false });

/** The outward presences: a word, and the colour it is shown in. @type {Record<string, [string, string]>} */
export const PRESENCE = {
  available: ["Available", "green"],
  busy: ["Busy", "orange"],
  absent: ["Absent", "red"],
  closed: ["Closed", "grey"],
};

/** Colours that have a token; a model may have others, which are shown in this one. */
const COLOURS = new Set(["green", "yellow", "orange", "red", "blue", "purple", "grey"]);
/** @param {string | null | undefined} colour */
export const tone = (colour) => (colour === "gray" ? "grey" : colour && COLOURS.has(colour) ? colour : "none");

/** Why an agent does not take something. @type {Record<string, string>} */
const RULES = {
  signed_out: "is not signed in",
  status: "has a status that takes nothing from this queue",
  pending: "has chosen a status that begins when the work in hand is done",
  stop_new: "has stopped new work",
  wrap_up: "is still wrapping up",
  not_member: "does not belong to this queue",
  not_logged_in: "is logged out of this queue",
  delay: "joins in only later for this queue",
  capability: "has no right to this channel",
  device: "has no device connected for this channel",
  capacity: "holds as much as allowed",
  blocked: "is held by something of another channel",
  units: "has too few units left",
  asked: "was asked a moment ago and did not take it",
  skills: "does not have the skills that are asked for",
  preferred: "waits, as it is kept for somebody else",
  closed: "waits until the queue opens",
  callback: "waits until the next attempt to call back",
  staffed: "waits, as nobody serves the queue",
  eligible: "could take it now",
};
/** @param {string | null} rule */
export const because = (rule) => RULES[rule ?? "eligible"] ?? `is kept away by the rule “${rule}”`;

/** @param {number} count @param {string} rule */
export function many(count, rule) {
  const words = because(rule);
  if (count === 1) return `1 agent ${words}.`;
  const plural = words
    .replace(/^(is|has|does|was|waits|holds|joins)\b/, (verb) =>
      ({ is: "are", has: "have", does: "do", was: "were", waits: "wait", holds: "hold", joins: "join" })[verb] ?? verb);
  return `${count} agents ${plural}.`;
}

/** A name of the engine's as words: "wrap_up_started". @param {string} name */
export const plain = (name) => name.replaceAll("_", " ");

/** An event as a sentence. @param {any} event */
export function sentence(event) {
  const parts = [plain(event.kind)];
  if (event.status_from !== null && event.status_to !== null && typeof event.status_to === "string") {
    parts.push(`${event.status_from} → ${event.status_to}`);
  } else if (typeof event.status_to === "string") parts.push(event.status_to);
  else if (event.status_to === 0 || event.status_to === 1) parts.push(event.status_to ? "on" : "off");
  if (event.interaction !== null) parts.push(`#${event.interaction}`);
  if (event.channel) parts.push(event.channel);
  if (event.queue) parts.push(`in ${event.queue}`);
  if (event.reason) parts.push(`(${plain(event.reason)})`);
  if (event.text) parts.push(`“${event.text}”`);
  if (event.by) parts.push(`by ${event.by}`);
  return parts.join(" ");
}
