// @ts-check
// What a supervisor may do about an agent.
import { does } from "./app.js";
import { audit } from "./audit.js";
import { logins } from "./logins.js";
import { beside } from "./service.js";
import { store } from "./store.js";
import { tone } from "./words.js";

/** @param {string} name @returns {import("./menu.js").Item[]} */
export function actions(name) {
  const agent = store.agents.get(name);
  const { model } = store;
  if (!agent || !model) return [];
  const sets = model.supervisor?.sets ?? null;
  const out = store.out(agent);
  /** @type {import("./menu.js").Item[]} */
  const items = [];
  for (const one of model.status) {
    if (!one.selectable || one.waits_for || (sets && !sets.includes(one.name))) continue;
    items.push({
      action: "set_status", status: one.name, label: `Set “${one.name}”`, tone: tone(one.colour),
      why: agent.selectable.includes(one.name) ? null
        : out ? "Not signed in" : `Cannot be chosen from “${agent.status}”`,
      does: () => does("set_status", { agent: name, status: one.name }),
    });
  }
  if (model.toggle) {
    items.push({ action: "set_ready", label: agent.ready_toggle ? "Make not ready" : "Make ready", why: out ? "Not signed in" : null,
      does: () => does("set_ready", { agent: name, ready: !agent.ready_toggle }) });
  }
  const held = agent.interactions.length;
  items.push(
    { action: "set_queue_logins", label: "Logins to queues …", why: Object.keys(agent.queues).length ? null : "Belongs to no queue",
      does: () => logins(name) },
    agent.signed_in
      ? { action: "sign_out", label: held ? "Sign out, work goes back to the queue" : "Sign out",
        does: () => does("sign_out", { agent: name, ...(held ? { work: "put_back" } : {}) }) }
      : { action: "sign_in", label: "Sign in", does: () => does("sign_in", { agent: name }) },
    { action: "audit", label: "What happened here …", does: () => audit(name) },
    { action: "desk", label: "Look at the desk", does: () => {
      const address = beside("desk");
      address.searchParams.set("agent", name);
      location.href = address.href;
    } },
  );
  return items;
}
