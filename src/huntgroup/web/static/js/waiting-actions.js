// @ts-check
// What a supervisor may do about something that waits.
import { does, tell } from "./app.js";
import { ask, colleagues, matches } from "./ask.js";
import { store } from "./store.js";
import { why } from "./why.js";

/** @param {number} interaction @param {string} agent */
export const assign = (interaction, agent) => does("assign", { interaction, agent });
/** @param {number} interaction @param {string} queue */
export const move = (interaction, queue) => does("move", { interaction, queue });

/** @param {any} call @returns {import("./menu.js").Item[]} */
export function waitingActions(call) {
  const interaction = call.id;
  const others = [...store.queues.values()].filter((queue) => queue.channel === call.channel && queue.name !== call.queue);
  return [
    { action: "why", label: "Why is nobody taking this?", does: () => why(call).catch(tell) },
    {
      action: "assign", label: "Assign to …", does: () => ask({
        heading: `Assign #${interaction} to whom?`, action: "Assign",
        fields: [{ name: "agent", label: "Agent", search: colleagues(call.channel) }],
        confirm: ({ agent }) => store.command("assign", { interaction, agent }),
      }),
    },
    {
      action: "move", label: "Move to …", why: others.length ? null : `No other queue takes ${call.channel}`, does: () => ask({
        heading: `Move #${interaction} where?`, action: "Move",
        fields: [{ name: "queue", label: "Queue", search: (text) => others.filter((queue) => matches(text, queue.name))
          .map((queue) => ({ value: queue.name, label: queue.name, hint: `${queue.waiting} waiting, ${queue.ready} ready` })) }],
        confirm: ({ queue }) => store.command("move", { interaction, queue }),
      }),
    },
    {
      action: "update_interaction", label: "Change the priority …", does: () => ask({
        heading: `Priority of #${interaction}`, action: "Change",
        fields: [{ name: "priority", label: "Priority (higher is sooner)", type: "number", value: call.priority + 1 }],
        confirm: ({ priority }) => store.command("update_interaction", { interaction, priority }),
      }),
    },
    {
      action: "request_callback", label: "Call back instead", does: () => does("request_callback", { interaction }),
      why: call.callback ? "A call back is asked for already" : call.state === "Queued" ? null : "Only while it waits and rings nobody",
    },
    { action: "abandon", label: "Take it out (the caller is gone)", does: () => does("abandon", { interaction }) },
  ];
}
