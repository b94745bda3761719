import type { Carried } from "./carried"
import { keepWaiting, waiting, type Waiting } from "./drafts"
import { api, Refusal } from "./http"
import { watch } from "./socket"

const AGAIN_MS = 4000
const COMES_BACK = new Set([429, 502, 503, 504])

export interface Outcome {
  sent: (entry: Waiting, answer: { id: string; seq: number }) => void
  delayed: (entry: Waiting) => void
  failed: (entry: Waiting) => void
}

/**
 * Sends what was written in one place, one after the other and each once: an entry keeps its key until the
 * server has it, so trying again is safe. What cannot be sent now waits, over a reload too.
 */
export class Outbox {
  #entries: Waiting[]
  #busy = false
  #timer = 0
  #unwatch: () => void

  constructor(
    readonly place: string,
    readonly url: string,
    readonly outcome: Outcome,
  ) {
    this.#entries = waiting(place)
    this.#unwatch = watch((state) => state === "online" && void this.flush())
    addEventListener("online", this.flush)
  }

  get entries(): readonly Waiting[] {
    return this.#entries
  }

  close() {
    this.#unwatch()
    removeEventListener("online", this.flush)
    clearTimeout(this.#timer)
  }

  add(body: Record<string, unknown>, files: Carried[]): Waiting {
    const entry = { key: newKey(), body, at: new Date().toISOString(), files }
    this.#entries = [...this.#entries, entry]
    this.#keep()
    void this.flush()
    return entry
  }

  drop(key: string) {
    this.#entries = this.#entries.filter((entry) => entry.key !== key)
    this.#keep()
  }

  flush = async () => {
    clearTimeout(this.#timer)
    if (this.#busy) return
    this.#busy = true
    try {
      for (let next = this.#next(); next && (await this.#send(next)); next = this.#next());
    } finally {
      this.#busy = false
    }
  }

  /** Asked anew after each: more may have been written while one was on its way. */
  #next = () => this.#entries.find((one) => one.refused === undefined)

  /** Returns whether the next one may follow. */
  async #send(entry: Waiting): Promise<boolean> {
    try {
      const answer = await api<{ id: string; seq: number }>("POST", this.url, entry.body, { "Idempotency-Key": entry.key })
      this.drop(entry.key)
      this.outcome.sent(entry, answer)
      return true
    } catch (error) {
      const refused = error instanceof Refusal && !COMES_BACK.has(error.status) && error.problem.code !== "in_progress"
      if (refused) {
        entry.refused = error.message
        entry.code = error.problem.code
        this.#keep()
        this.outcome.failed(entry)
        return true
      }
      this.outcome.delayed(entry)
      const wait = error instanceof Refusal ? error.retryAfter * 1000 : 0
      this.#timer = window.setTimeout(this.flush, Math.max(wait, AGAIN_MS))
      return false
    }
  }

  #keep() {
    keepWaiting(this.place, this.#entries)
  }
}

/** randomUUID exists on https and localhost only. */
const newKey = (): string =>
  crypto.randomUUID?.() ?? [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("")
