import { Controller } from "@hotwired/stimulus"
import { forget, keep } from "../lib/kept"
import { person, timeZone } from "../lib/page"
import { subscribe } from "../lib/socket"

const SETTLED_MS = 1500
const AGAIN_MS = 15_000

/**
 * Keeps the newest messages of the channel that is open, for reading without a connection; the server says whether it may.
 *
 * @example <main data-controller="offline" data-offline-channel-value="6f1c" data-offline-url-value="/channels/6f1c/offline/">
 */
export default class OfflineController extends Controller<HTMLElement> {
  static values = { channel: String, url: String }
  declare readonly channelValue: string
  declare readonly urlValue: string
  #opened = Date.now()
  #timer = 0
  #leave?: () => void

  connect() {
    this.#later(SETTLED_MS)
    this.#leave = subscribe(`channel:${this.channelValue}`, {
      receive: ({ type }) => {
        if (type === "unsubscribed") void forget(this.channelValue).catch(() => {})
        else if (type.startsWith("message.")) this.#later(AGAIN_MS)
      },
    })
  }

  disconnect() {
    clearTimeout(this.#timer)
    this.#leave?.()
  }

  #later(wait: number) {
    this.#timer ||= window.setTimeout(() => void this.#keep().catch(() => {}), wait)
  }

  async #keep() {
    this.#timer = 0
    const answer = await fetch(this.urlValue, { headers: { "HX-Request": "true" } })
    if (answer.redirected) return
    if (answer.status !== 200) return void (answer.status < 500 && (await forget(this.channelValue)))
    const html = await answer.text()
    const said = new DOMParser().parseFromString(html, "text/html").querySelector("article")
    const { title = "", where = "" } = said?.dataset ?? {}
    await keep({ channel: this.channelValue, person: person(), title, where, html: said?.innerHTML ?? "", zone: timeZone(), at: Date.now(), opened: this.#opened })
  }
}
