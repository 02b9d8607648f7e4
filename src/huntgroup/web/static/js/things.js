// @ts-check
// The latest row of each thing that a page may see.

/** @typedef {{agents: Map<string, any>, queues: Map<string, any>, interactions: Map<number, any>,
 *   waiting: Map<string, number[]>}} Things */

/** @returns {Things} */
export const nothing = () => ({ agents: new Map(), queues: new Map(), interactions: new Map(), waiting: new Map() });

/** Takes a message of rows in. @param {Things} things @param {any} rows */
export function apply(things, rows) {
  for (const row of rows.agents) things.agents.set(row.name, row);
  for (const row of rows.queues) things.queues.set(row.name, row);
  for (const row of rows.interactions) things.interactions.set(row.id, row);
  for (const [queue, ids] of Object.entries(rows.waiting)) things.waiting.set(queue, ids);
  for (const name of rows.gone.agents) things.agents.delete(name);
  for (const id of rows.gone.interactions) things.interactions.delete(id);
  for (const name of rows.gone.queues) {
    things.queues.delete(name);
    things.waiting.delete(name);
  }
}
