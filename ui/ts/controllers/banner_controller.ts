import { Controller } from "@hotwired/stimulus"
import { keepCookie } from "../lib/cookie"

const MOST_KEPT = 10

/**
 * A word to everybody that its reader has seen and does not want to see again (cookie `dismissed`).
 *
 * @example <div data-controller="banner" data-banner-key-value="0198…"><button data-action="banner#dismiss">…</button></div>
 */
export default class BannerController extends Controller<HTMLElement> {
  static values = { key: String }
  declare readonly keyValue: string

  dismiss() {
    const kept = /(?:^|; )dismissed=([^;]*)/.exec(document.cookie)?.[1]?.split(".") ?? []
    keepCookie("dismissed", [...kept.filter(Boolean), this.keyValue].slice(-MOST_KEPT).join("."))
    this.element.remove()
  }
}
