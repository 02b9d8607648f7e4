// @ts-check
// The addresses of the service, and why it did not do something.

/** The address of something beside this page. @param {string} path */
export const beside = (path) => new URL(path, document.baseURI);

/** Why a command was not carried out. */
export class Refusal extends Error {
  /** @param {any} body @param {number} [status] */
  constructor(body, status) {
    super(body.message ?? "refused");
    this.body = body;
    this.refused = body.refused ?? null;
    this.status = status;
  }
}

/** What a reading answers. Throws Refusal. @param {URL} address */
export async function asked(address) {
  let response;
  try {
    response = await fetch(address, { credentials: "same-origin" });
  } catch {
    throw new Refusal({ message: "The service cannot be reached." });
  }
  // What stands between us and the service may answer in words of its own.
  const body = await response.json().catch(() => ({ message: `The service answers with ${response.status}.` }));
  if (!response.ok) throw new Refusal(body, response.status);
  return body;
}
