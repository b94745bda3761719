import { Controller } from "@hotwired/stimulus"

/**
 * Brings the view that is shown into sight, where its tab stands beyond the edge of a phone.
 *
 * @example <nav data-controller="current"><a href="…" aria-current="page">…</a></nav>
 */
export default class CurrentController extends Controller<HTMLElement> {
  connect() {
    this.bring()
    // Letters of another width arrive later than the page.
    void document.fonts.ready.then(() => this.bring())
  }

  private bring() {
    const shown = this.element.querySelector<HTMLElement>("[aria-current]")
    if (shown) this.element.scrollLeft = shown.offsetLeft - (this.element.clientWidth - shown.offsetWidth) / 2
  }
}
