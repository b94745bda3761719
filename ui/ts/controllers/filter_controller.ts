import { Controller } from "@hotwired/stimulus"

/**
 * Shows the rows that contain what is typed; for lists that are on the page as a whole.
 *
 * @example <div data-controller="filter"><input type="search" data-filter-target="query" data-action="filter#apply">
 *            <li data-filter-target="row" data-filter-text="王雪 Wang Xue">…</li><p data-filter-target="empty" hidden>…</p></div>
 */
export default class FilterController extends Controller<HTMLElement> {
  static targets = ["query", "row", "empty"]
  declare readonly queryTarget: HTMLInputElement
  declare readonly rowTargets: HTMLElement[]
  declare readonly emptyTargets: HTMLElement[]

  apply() {
    const wanted = this.queryTarget.value.trim().toLocaleLowerCase()
    let shown = 0
    for (const row of this.rowTargets) {
      row.hidden = !(row.dataset.filterText ?? row.textContent ?? "").toLocaleLowerCase().includes(wanted)
      if (!row.hidden) shown++
    }
    for (const empty of this.emptyTargets) empty.hidden = shown > 0
  }
}
