import { Controller } from "@hotwired/stimulus"

/**
 * A list to work through by keys: j and k walk it, x ticks where one stands; what is ticked is counted, and acted on
 * together. Without it the ticks and the button work as plain HTML.
 *
 * @example <form data-controller="picking"><ul><li data-picking-target="row"><input type="checkbox" data-picking-target="tick"><a href="…">…</a></li></ul>
 *   <p data-picking-target="bar" hidden><output data-picking-target="count"></output><button>…</button></p></form>
 */
export default class PickingController extends Controller<HTMLElement> {
  static targets = ["row", "tick", "bar", "count", "all"]
  declare readonly rowTargets: HTMLElement[]
  declare readonly tickTargets: HTMLInputElement[]
  declare readonly barTarget: HTMLElement
  declare readonly hasBarTarget: boolean
  declare readonly countTargets: HTMLElement[]
  declare readonly allTargets: HTMLInputElement[]

  connect() {
    document.addEventListener("keydown", this.#key)
    this.count()
  }

  disconnect() {
    document.removeEventListener("keydown", this.#key)
  }

  tickTargetConnected() {
    this.count()
  }

  count() {
    const ticked = this.tickTargets.filter((one) => one.checked)
    if (this.hasBarTarget) this.barTarget.hidden = ticked.length === 0
    for (const one of this.countTargets) one.textContent = String(ticked.length)
    for (const one of this.allTargets) one.checked = ticked.length > 0 && ticked.length === this.tickTargets.length
    for (const one of this.rowTargets) one.classList.toggle("is-picked", !!one.querySelector<HTMLInputElement>("input:checked"))
  }

  all(event: Event) {
    for (const one of this.tickTargets) one.checked = (event.target as HTMLInputElement).checked
    this.count()
  }

  #key = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector("dialog[open]")) return
    if ((event.target as Element).closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return
    const at = this.rowTargets.findIndex((one) => one.contains(document.activeElement))
    const shown = this.rowTargets.findIndex((one) => one.classList.contains("is-on"))
    const here = at >= 0 ? at : shown
    if (event.key === "j") this.#stand(here + 1)
    else if (event.key === "k") this.#stand(here < 0 ? 0 : here - 1)
    else if (event.key === "x" && here >= 0) this.rowTargets[here]?.querySelector<HTMLInputElement>("input[type=checkbox]")?.click()
    else return
    event.preventDefault()
  }

  #stand(place: number) {
    const row = this.rowTargets[Math.max(0, Math.min(place, this.rowTargets.length - 1))]
    row?.querySelector<HTMLElement>("a")?.focus()
    row?.scrollIntoView({ block: "nearest" })
  }
}
