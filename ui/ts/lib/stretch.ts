import { fragment } from "./http"
import { parse } from "./morph"
import type { Rows } from "./rows"

const NEWEST = Number.MAX_SAFE_INTEGER

/** Where messages come from: `older` answers `?before_seq=` and `?named=`, `newer` answers `?after_seq=`, each with <li>. */
export interface Source {
  older: string
  newer: string
  thread: string
}

/**
 * The part of a channel or thread that a page holds: it grows above and below as the reader scrolls, without a jump, and
 * lets go of what is far from them.
 */
export class Stretch {
  /** The number of the last message that came while it had to wait below. */
  #waiting = 0
  #more: boolean
  #complete = false
  #loading: Promise<boolean> | null = null

  /**
   * @param wrap what scrolls
   * @param settle brings what changed in the list to the size it will have
   * @param more whether messages below are not here
   * @param turned called when that has changed
   */
  constructor(
    readonly wrap: HTMLElement,
    readonly rows: Rows,
    readonly source: Source,
    readonly settle: () => void,
    more: boolean,
    readonly turned: () => void,
  ) {
    this.#more = more
  }

  /** Whether messages below are not here: until they are, what is posted waits. */
  get more(): boolean {
    return this.#more
  }

  /** Leaves a message for when those before it have come. */
  holdBack(message: HTMLElement) {
    this.#waiting = Math.max(this.#waiting, Number(message.dataset.seq))
  }

  /** Whether nothing is above what is here. */
  get isComplete(): boolean {
    return this.#complete
  }

  /** Returns whether the server was asked, and answered. */
  async older(): Promise<boolean> {
    const first = this.rows.posted[0]
    if (this.#loading || this.#complete || !first) return false
    return this.#load(`${this.source.older}?before_seq=${first.dataset.seq}`, (items) => {
      this.#complete = !hasAny(items)
      if (!this.#complete) this.#keepPlace(() => this.rows.above(items))
    })
  }

  /** Returns whether anything came. */
  async newer(): Promise<boolean> {
    const last = this.rows.posted.at(-1)
    if (this.#loading || !this.more || !last) return false
    return this.#load(`${this.source.newer}?after_seq=${last.dataset.seq}`, (items) => {
      this.rows.below(items)
      if (!hasAny(items)) this.#turn(this.#waiting > Number(last.dataset.seq))
    })
  }

  /** The newest messages instead of those that are here; returns whether they came. */
  async newest(): Promise<boolean> {
    while (this.#loading) await this.#loading
    return this.#load(`${this.source.older}?before_seq=${NEWEST}`, (items) => {
      this.#instead(items)
      this.#turn(this.#waiting > Number(this.rows.posted.at(-1)?.dataset.seq ?? 0))
    })
  }

  /** Those around one of them instead; nothing comes of a message that is gone, or that is not for this reader. */
  async around(message: string): Promise<boolean> {
    while (this.#loading) await this.#loading
    return this.#load(`${this.source.older}?named=${encodeURIComponent(message)}`, (items) => {
      this.#instead(items)
      this.#turn(true)
    })
  }

  /** What is farthest from the reader goes, where there is much; it comes again as they scroll there. */
  forget() {
    if (!this.rows.areMany) return
    const { scrollTop, clientHeight, scrollHeight } = this.wrap
    if (scrollTop > scrollHeight - clientHeight - scrollTop) {
      this.#keepPlace(() => this.rows.forget("above") && (this.#complete = false))
    } else if (this.rows.forget("below")) this.#turn(true)
  }

  #turn(more: boolean) {
    this.#more = more
    this.turned()
  }

  #instead(items: Element[]) {
    this.rows.instead(items)
    this.#complete = false
  }

  /** One after the other. What is out of reach is asked for again as the reader scrolls; returns whether it came. */
  #load(url: string, show: (items: Element[]) => void): Promise<boolean> {
    const load = async () => {
      try {
        show(parse(await fragment(this.source.thread ? `${url}&thread=${this.source.thread}` : url)))
        this.forget()
        return true
      } catch {
        return false
      } finally {
        this.#loading = null
      }
    }
    return (this.#loading = load())
  }

  /** What changes above the reader moves nothing before their eyes. */
  #keepPlace(change: () => void) {
    const height = this.wrap.scrollHeight
    change()
    this.settle()
    this.wrap.scrollTop += this.wrap.scrollHeight - height
  }
}

const hasAny = (items: Element[]): boolean => items.some((item) => item.matches(".msg"))
