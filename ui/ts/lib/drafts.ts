import type { Carried } from "./carried"
import { person } from "./page"

/**
 * Text that was not sent yet, kept in this browser for the person who wrote it: one draft per place,
 * and the messages that wait to be sent, each with the key that makes a second try the same message.
 */
export interface Waiting {
  key: string
  body: Record<string, unknown>
  at: string
  /** How the files look that `body.attachments` names. */
  files?: Carried[]
  /** Why the server will not have it; then it waits for its writer, not for a connection. */
  refused?: string
  code?: string | undefined
}

const PREFIX = "collab:"
const name = (kind: string, place: string) => `${PREFIX}${person()}:${kind}:${place}`

function read<T>(key: string, otherwise: T): T {
  try {
    return JSON.parse(localStorage.getItem(key) ?? "") as T
  } catch {
    return otherwise
  }
}

function write(key: string, value: unknown, empty: boolean) {
  try {
    if (empty) localStorage.removeItem(key)
    else localStorage.setItem(key, JSON.stringify(value))
  } catch {
    // A full or closed storage: the text stays on the page.
  }
}

/** What was written in a place, and when: also that nothing was left, so that older words stay away. */
export interface Draft {
  text: string
  at: string
}

export function draft(place: string): Draft | null {
  const kept = read<Draft | string | null>(name("draft", place), null)
  return typeof kept === "string" ? { text: kept, at: "" } : kept
}
export const keepDraft = (place: string, kept: Draft) => write(name("draft", place), kept, false)

export const waiting = (place: string): Waiting[] => read(name("waiting", place), [])
export const keepWaiting = (place: string, all: Waiting[]) => write(name("waiting", place), all, !all.length)

/** Small lists that belong to the person, such as what was opened lately. */
export const remembered = <T>(what: string): T[] => read(name("list", what), [])
export const remember = <T>(what: string, list: T[]) => write(name("list", what), list, !list.length)

/** What its author took back, so that it can be put right: the last few, in this browser alone. */
const MOST_RECALLED = 5
type Recalled = { id: string; words: string }
export const wordsRecalled = (id: string) => remembered<Recalled>("recalled").find((one) => one.id === id)?.words ?? null
export function keepRecalled(id: string, words: string) {
  remember("recalled", [{ id, words }, ...remembered<Recalled>("recalled")].slice(0, MOST_RECALLED))
}

/** Forgets everything: nobody is signed in any more. */
export function forgetAll() {
  for (const key of Object.keys(localStorage)) if (key.startsWith(PREFIX)) localStorage.removeItem(key)
}
