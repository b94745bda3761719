import { Controller } from "@hotwired/stimulus"
import { listen } from "../lib/socket"

/**
 * Takes the mark of what is unread from a channel's link once the reader has read everything there, in whichever tab.
 *
 * @example <div data-controller="unread"><a class="nav-item is-unread" href="/channels/6f1c/">
 *            general <span class="count">2</span></a></div>
 */
export default class UnreadController extends Controller<HTMLElement> {
  #leave?: () => void

  connect() {
    this.#leave = listen("me", "read.moved", this.#read)
  }

  disconnect() {
    this.#leave?.()
  }

  #read = ({ channel, unread }: { channel: string; unread: number }) => {
    const link = this.element.querySelector(`.nav-item[href="/channels/${CSS.escape(channel)}/"]`)
    if (!link || unread > 0) return
    link.classList.remove("is-unread")
    for (const mark of link.querySelectorAll(":scope > .count, :scope > .sr-only")) mark.remove()
  }
}
