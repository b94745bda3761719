import { Controller } from "@hotwired/stimulus"

const GAP = 6

/**
 * A popover menu beside the button that names it in `popovertarget`: placed where there is room,
 * walked with arrows, left with Escape or Tab.
 *
 * @example <button popovertarget="more" aria-haspopup="menu">…</button>
 *          <div class="menu" id="more" popover role="menu" data-controller="menu" data-menu-side-value="right"></div>
 */
export default class MenuController extends Controller<HTMLElement> {
  static values = { side: { type: String, default: "below" } }
  declare readonly sideValue: string

  connect() {
    this.element.addEventListener("toggle", this.#toggled)
    this.element.addEventListener("keydown", this.#key)
  }

  disconnect() {
    this.element.removeEventListener("toggle", this.#toggled)
    this.element.removeEventListener("keydown", this.#key)
  }

  #toggled = (event: Event) => {
    if ((event as ToggleEvent).newState !== "open") return
    this.#place()
    this.#items()[0]?.focus()
  }

  #key = (event: KeyboardEvent) => {
    const items = this.#items()
    const at = items.indexOf(document.activeElement as HTMLElement)
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key]
    if (event.key === "Tab") this.element.hidePopover()
    if (to === undefined || !items.length) return
    event.preventDefault()
    items[(to + items.length) % items.length]!.focus()
  }

  #items = () => [...this.element.querySelectorAll<HTMLElement>("a[href], button:not(:disabled)")]

  #place() {
    const button = document.querySelector(`[popovertarget="${this.element.id}"]`)
    if (!button) return
    const { left, right, top, bottom } = button.getBoundingClientRect()
    const { offsetWidth: width, offsetHeight: height } = this.element
    const beside = this.sideValue === "right"
    const x = beside ? right + GAP : left + width > innerWidth - GAP ? right - width : left
    const y = beside ? bottom - height : bottom + GAP + height > innerHeight ? top - GAP - height : bottom + GAP
    this.element.style.left = `${Math.max(GAP, Math.min(x, innerWidth - width - GAP))}px`
    this.element.style.top = `${Math.max(GAP, y)}px`
  }
}
