import { Controller } from "@hotwired/stimulus"
import { fetchAhead, isChannel, page, put } from "../lib/visit"

/**
 * Goes from one channel to another without the page being built anew: its connection, scripts and styles stay, and
 * what it shows is asked for as soon as the link is pressed. Back and forth lead the same way. Sits on <body>; where
 * anything is otherwise than expected, the browser goes there as it always did.
 *
 * @example <body data-controller="visit">
 */
export default class VisitController extends Controller<HTMLElement> {
  #shown = location.pathname
  #wanted = ""

  connect() {
    document.addEventListener("pointerdown", this.#pressed)
    document.addEventListener("click", this.#clicked)
    addEventListener("popstate", this.#back)
    document.addEventListener("htmx:before:history:restore", this.#isOurs)
  }

  disconnect() {
    document.removeEventListener("pointerdown", this.#pressed)
    document.removeEventListener("click", this.#clicked)
    removeEventListener("popstate", this.#back)
    document.removeEventListener("htmx:before:history:restore", this.#isOurs)
  }

  #pressed = (event: PointerEvent) => {
    const link = event.button || event.pointerType === "touch" ? null : this.#linkOf(event) // a touch may be about to scroll
    if (link) fetchAhead(link.href)
  }

  #clicked = (event: MouseEvent) => {
    const link = event.button ? null : this.#linkOf(event)
    if (!link) return
    event.preventDefault()
    for (const one of document.querySelectorAll<HTMLAnchorElement>("#side .nav-item"))
      if (one.href === link.href) one.setAttribute("aria-current", "page")
      else one.removeAttribute("aria-current")
    void this.#go(link.href, true)
  }

  /** Of the steps through history only those that lead from one channel to another, not within one. */
  #back = () => {
    if (location.pathname !== this.#shown) void this.#go(location.href, false)
  }

  /** What htmx would have loaded anew. */
  #isOurs = (event: Event) => {
    if (isChannel(location)) event.preventDefault()
  }

  async #go(url: string, isNew: boolean) {
    this.#wanted = url
    const found = await page(url)
    if (this.#wanted !== url) return // the reader goes elsewhere by now
    if (!found) return isNew ? location.assign(url) : location.reload()
    if (isNew) history.pushState(null, "", url) // before what stands there looks where it is
    this.#shown = location.pathname
    put(found)
  }

  /** The link to another channel that an event would follow in this very tab. */
  #linkOf(event: MouseEvent): HTMLAnchorElement | null {
    const link = (event.target as Element).closest<HTMLAnchorElement>("a[href]")
    const isPlain = !(event.defaultPrevented || event.metaKey || event.ctrlKey || event.shiftKey || event.altKey)
    if (!link || !isPlain || link.target || link.hash || !isChannel(location) || !isChannel(new URL(link.href))) return null
    return new URL(link.href).pathname === location.pathname ? null : link
  }
}
