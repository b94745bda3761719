import { Controller } from "@hotwired/stimulus"

const PLACES = '.nav-item[href^="/channels/"]'
const STEPS: Record<string, number> = { ArrowUp: -1, ArrowDown: 1 }

/**
 * Goes from channel to channel by keys, as they stand in the sidebar: Alt and an arrow to the next one, with Shift to the next
 * where something is unread.
 *
 * @example <div data-controller="walk"><a class="nav-item is-unread" href="/channels/6f1c/" aria-current="page">general</a></div>
 */
export default class WalkController extends Controller<HTMLElement> {
  connect() {
    document.addEventListener("keydown", this.#key)
  }

  disconnect() {
    document.removeEventListener("keydown", this.#key)
  }

  #key = (event: KeyboardEvent) => {
    const step = STEPS[event.key]
    if (!step || !event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return
    if (document.querySelector("dialog[open]") || (event.target as Element).closest("select, input")) return
    event.preventDefault()
    this.#next(step, event.shiftKey)?.click()
  }

  /** After the last one comes the first. */
  #next(step: number, isUnread: boolean): HTMLElement | undefined {
    const all = [...this.element.querySelectorAll<HTMLElement>(PLACES)].filter((one) => one.checkVisibility() || one.ariaCurrent === "page")
    const here = all.findIndex((one) => one.ariaCurrent === "page")
    const from = here < 0 && step < 0 ? all.length : here
    const inTurn = all.map((_, n) => all[(from + step * (n + 1) + 2 * all.length) % all.length]!)
    return inTurn.find((one) => one.ariaCurrent !== "page" && (!isUnread || one.classList.contains("is-unread")))
  }
}
