import { csrfToken } from "./page"

/** A refusal of the API: `problem` is its RFC 9457 body. */
export class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly problem: { title?: string; code?: string; errors?: { pointer: string; detail: string }[] },
    readonly retryAfter: number,
  ) {
    super(problem.errors?.[0]?.detail ?? problem.title ?? String(status))
  }
}

/** Asks for a fragment or a page; follows the session, never the cache. */
export async function fragment(url: string, signal?: AbortSignal): Promise<string> {
  const response = await fetch(url, { headers: { "HX-Request": "true" }, signal: signal ?? null })
  if (!response.ok) throw new Refusal(response.status, {}, 0)
  return response.text()
}

/**
 * Speaks JSON with the API and returns what it answers.
 *
 * @param headers e.g. an Idempotency-Key
 * @param outlives whether it still goes when the page is left
 * @throws Refusal when it answers with an error; TypeError when it cannot be reached
 */
export async function api<T>(method: string, url: string, body?: unknown, headers: Record<string, string> = {}, outlives = false): Promise<T> {
  const response = await fetch(url, {
    method,
    keepalive: outlives,
    headers: {
      Accept: "application/json",
      ...(body === undefined ? {} : { "Content-Type": "application/json" }),
      "X-CSRFToken": csrfToken(),
      ...headers,
    },
    body: body === undefined ? null : JSON.stringify(body),
  })
  if (!response.ok)
    throw new Refusal(
      response.status,
      await response.json().catch(() => ({})),
      Number(response.headers.get("Retry-After") ?? 0),
    )
  return response.status === 204 ? (undefined as T) : response.json()
}
