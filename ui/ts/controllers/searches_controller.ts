import { Controller } from "@hotwired/stimulus"
import { remember, remembered } from "../lib/drafts"

const MOST = 8

/**
 * Arrows go through what was found, from the box and back, Enter opens it. What was looked for lately, kept in this browser for the person who looked: it stands below the box while that is empty.
 *
 * @example <form data-controller="searches" data-searches-recent-value="Searched lately" data-searches-forget-value="Forget these"
 *             data-action="submit->searches#keep"><input name="q" data-searches-target="query">
 *   <p data-searches-target="list" hidden></p></form>
 */
export default class SearchesController extends Controller<HTMLFormElement> {
  static targets = ["query", "list"]
  static values = { recent: String, forget: String }
  declare readonly queryTarget: HTMLInputElement
  declare readonly listTarget: HTMLElement
  declare readonly recentValue: string
  declare readonly forgetValue: string

  connect() {
    if (this.queryTarget.value) this.#note(this.queryTarget.value)
    else this.#show()
  }

  /** Fields that say nothing stay out of the address. */
  keep() {
    this.#note(this.queryTarget.value)
    for (const one of this.element.querySelectorAll<HTMLInputElement | HTMLSelectElement>("[name]:not([name=q])")) one.disabled = !one.value
  }

  /** Up and down, from the box through the results; what is chosen has the focus, so Enter opens it. */
  move(event: KeyboardEvent) {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (!step || event.altKey || event.ctrlKey || event.metaKey || event.isComposing) return
    const places = [this.queryTarget, ...document.querySelectorAll<HTMLElement>("#found .seek-hit a")]
    const nowhere = document.activeElement === document.body // as a page of results begins
    const at = nowhere ? 0 : places.indexOf(document.activeElement as HTMLElement)
    const next = places[at + step]
    if (at < 0 || !next) return
    event.preventDefault()
    next.focus()
  }

  #note(typed: string) {
    const said = typed.trim()
    if (said) remember("searches", [said, ...remembered<string>("searches").filter((one) => one !== said)].slice(0, MOST))
  }

  #show() {
    const recent = remembered<string>("searches")
    this.listTarget.hidden = !recent.length
    this.listTarget.replaceChildren(this.recentValue, ...recent.map(this.#link), this.#forget())
  }

  #link = (said: string) => {
    const link = document.createElement("a")
    link.className = "chip"
    link.href = `${this.element.getAttribute("action")}?q=${encodeURIComponent(said)}`
    link.textContent = said
    return link
  }

  #forget() {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "text-link"
    button.textContent = this.forgetValue
    button.addEventListener("click", () => {
      remember("searches", [])
      this.#show()
      this.queryTarget.focus()
    })
    return button
  }
}
