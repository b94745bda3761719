import { Controller } from "@hotwired/stimulus"
import { fragment } from "../lib/http"

/**
 * Fetches the card of an address of ours once it is in sight: each viewer's own, and anew where a change of the message
 * took it away.
 *
 * @example <div data-controller="card" data-card-url-value="/cards/?to=%2Fchannels%2F6f1c%2F"></div>
 */
export default class CardController extends Controller<HTMLElement> {
  static values = { url: String }
  declare readonly urlValue: string
  #sight?: IntersectionObserver
  #emptied?: MutationObserver
  #html?: string

  connect() {
    this.#sight = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && void this.#load())
    this.#sight.observe(this.element)
    this.#emptied = new MutationObserver(() => {
      if (this.#html && !this.element.childElementCount) this.element.innerHTML = this.#html
    })
    this.#emptied.observe(this.element, { childList: true })
  }

  disconnect() {
    this.#sight?.disconnect()
    this.#emptied?.disconnect()
  }

  async #load() {
    this.#sight?.disconnect()
    try {
      this.#html = await fragment(this.urlValue)
      this.element.innerHTML = this.#html
    } catch {
      // The link itself still leads there.
    }
  }
}
