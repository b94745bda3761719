import { Controller } from "@hotwired/stimulus"

/**
 * Shows the rows that contain what is typed; for lists that are on the page as a whole. The box itself
 * stays hidden without a script.
 *
 * @example <div data-controller="filter"><label data-filter-target="box" hidden><input type="search" data-filter-target="query" data-action="filter#apply"></label>
 *            <li data-filter-target="row" data-filter-text="王雪 Wang Xue">…</li><p data-filter-target="empty" hidden>…</p></div>
 */
export default class FilterController extends Controller<HTMLElement> {
  static targets = ["box", "query", "row", "empty"]
  declare readonly queryTarget: HTMLInputElement
  declare readonly rowTargets: HTMLElement[]
  declare readonly emptyTargets: HTMLElement[]

  boxTargetConnected(box: HTMLElement) {
    box.hidden = false
  }

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
