import { dayOf, written } from "./moments"

/** Of a channel with a hundred thousand messages the page holds those around the reader; the rest comes as they scroll. */
const MOST_ROWS = 300
const SPARE_ROWS = 50
const POSTED = ":scope > .msg[data-seq]"
const WAITS = ":scope > .msg[data-key]:not([data-seq])"

/** The messages that a list shows, in their order, with a line where a day begins (a copy of `day`, where there is one). */
export class Rows {
  constructor(
    readonly list: HTMLElement,
    readonly day: HTMLTemplateElement | null,
  ) {}

  /** Those that the server has, from above. */
  get posted(): HTMLElement[] {
    return [...this.list.querySelectorAll<HTMLElement>(POSTED)]
  }

  /** Puts a message where its number belongs: before what waits to be sent, after what is older. */
  insert(element: HTMLElement) {
    const seq = Number(element.dataset.seq)
    const before = this.posted.filter((one) => one !== element && Number(one.dataset.seq) < seq).at(-1)
    if (before) before.after(element)
    else this.list.prepend(element)
    this.#divide(element, before)
  }

  above(items: Element[]) {
    this.list.prepend(...this.#unknown(items))
    this.#oneLineADay()
  }

  below(items: Element[]) {
    const waits = this.list.querySelector(WAITS)
    if (waits) waits.before(...this.#unknown(items))
    else this.list.append(...this.#unknown(items))
    this.#oneLineADay()
  }

  /** Shows these alone, and what waits to be sent. */
  instead(items: Element[]) {
    this.list.replaceChildren(...items, ...this.list.querySelectorAll(WAITS))
    this.#oneLineADay()
  }

  get areMany(): boolean {
    return this.posted.length >= MOST_ROWS + SPARE_ROWS
  }

  /**
   * Lets go of what is too much at one end, unless somebody writes or listens there.
   *
   * @returns whether any went
   */
  forget(end: "above" | "below"): boolean {
    const rows = this.posted
    const over = rows.length - MOST_ROWS
    const going = end === "above" ? rows.slice(0, over) : rows.slice(-over)
    if (going.some(inUse) || (end === "below" && this.list.querySelector(WAITS))) return false
    const first = rows[over]!
    const line = end === "above" ? lineAbove(first) : null
    const range = document.createRange()
    range.selectNodeContents(this.list)
    if (end === "above") range.setEndBefore(first)
    else range.setStartBefore(going[0]!)
    range.deleteContents()
    if (line) this.list.prepend(line)
    return true
  }

  #unknown = (items: Element[]): Element[] => items.filter((item) => !item.id || !this.list.querySelector(`#${CSS.escape(item.id)}`))

  #divide(element: HTMLElement, before: HTMLElement | undefined) {
    if (!this.day || !element.dataset.at) return
    const moment = new Date(element.dataset.at)
    const day = dayOf(moment)
    if (before?.dataset.at && dayOf(new Date(before.dataset.at)) === day) return
    if (this.list.querySelector(`.day[data-day="${day}"]`)) return
    const line = this.day.content.firstElementChild!.cloneNode(true) as HTMLElement
    line.dataset.day = day
    line.querySelector("span")!.textContent = written(moment, "day")
    element.before(line)
  }

  #oneLineADay() {
    const known = new Set<string>()
    for (const line of this.list.querySelectorAll<HTMLElement>(".day[data-day]")) {
      if (known.has(line.dataset.day!)) line.remove()
      known.add(line.dataset.day!)
    }
  }
}

const inUse = (row: HTMLElement): boolean =>
  row.contains(document.activeElement) || [...row.querySelectorAll("audio")].some((one) => !one.paused)

/** The line of the day to which a row belongs. */
function lineAbove(row: Element): Element | null {
  let one = row.previousElementSibling
  while (one && !one.matches(".day")) one = one.previousElementSibling
  return one
}
