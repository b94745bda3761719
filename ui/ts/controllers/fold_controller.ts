import { Controller } from "@hotwired/stimulus"
import { keepCookie } from "../lib/cookie"

const MOST_KEPT = 40

/**
 * A group of the sidebar that stays shut, on the next page too, when the reader shuts it (cookie `folded`).
 *
 * @example <details id="group-abc" data-controller="fold" data-action="click->fold#keep" open><summary>…</summary></details>
 */
export default class FoldController extends Controller<HTMLDetailsElement> {
  keep(event: Event) {
    if (!(event.target as Element).closest("summary")) return
    const key = this.element.id.replace(/^group-/, "")
    const kept = /(?:^|; )folded=([^;]*)/.exec(document.cookie)?.[1]?.split(".") ?? []
    const others = kept.filter((one) => one && one !== key)
    keepCookie("folded", (this.element.open ? [...others, key] : others).slice(-MOST_KEPT).join("."))
  }
}
