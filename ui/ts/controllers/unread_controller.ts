import { Controller } from "@hotwired/stimulus"
import { listen } from "../lib/socket"

/**
 * Keeps the marks of what is unread at the links of channels: away once the reader has read everything there, in whichever
 * tab; and there as soon as something new came to a channel, where its link says with `data-heard` which topic tells:
 * one for all that everybody reads in a room, one for the rest of it, of which each hears what they read themselves.
 *
 * @example <div data-controller="unread"><a class="nav-item is-unread" href="/channels/6f1c/" data-unread-target="place"
 *            data-heard="lobby:9a3e" data-unread-words="unread">general <span class="count">2</span></a></div>
 */
export default class UnreadController extends Controller<HTMLElement> {
  static targets = ["place"]
  #leave?: () => void
  #topics = new Map<string, { links: number; leave: () => void }>()
  #read = new Map<string, number>() // how far, by channel: what is told late marks nothing that was read meanwhile

  connect() {
    this.#leave = listen("me", "*", (said, { type }) => this.#moved(type, said))
  }

  disconnect() {
    this.#leave?.()
  }

  placeTargetConnected({ dataset: { heard = "" } }: HTMLElement) {
    const known = this.#topics.get(heard)
    if (known) known.links += 1
    else this.#topics.set(heard, { links: 1, leave: listen(heard, "channel.posted", this.#posted) })
  }

  placeTargetDisconnected({ dataset: { heard = "" } }: HTMLElement) {
    const known = this.#topics.get(heard)
    if (!known || --known.links) return
    known.leave()
    this.#topics.delete(heard)
  }

  #moved(type: string, { channel, seq, unread }: Record<string, any>) {
    if (type === "read.back") this.#read.delete(channel)
    if (type === "read.moved") this.#reached(channel, seq, unread)
  }

  /** What this very page has read, it knows though the socket is only being opened. */
  read({ detail: { channel, seq, unread } }: CustomEvent<{ channel: string; seq: number; unread: number }>) {
    this.#reached(channel, seq, unread)
  }

  #reached(channel: string, seq: number, unread: number) {
    this.#read.set(channel, Math.max(seq, this.#read.get(channel) ?? 0))
    const link = this.#link(channel)
    if (!link || unread > 0) return
    link.classList.remove("is-unread")
    for (const mark of link.querySelectorAll(":scope > .count, :scope > .sr-only")) mark.remove()
  }

  #posted = ({ id, seq }: { id: string; seq: number }) => {
    const link = this.#link(id)
    if (!link?.dataset.heard) return // a muted one stays as it is: others of its room hear the same topic
    if (seq <= (this.#read.get(id) ?? 0) || link.classList.contains("is-unread")) return
    if (link.ariaCurrent === "page" && document.hasFocus()) return // whoever looks on reads it
    link.classList.add("is-unread")
    const words = document.createElement("span")
    words.className = "sr-only"
    words.textContent = link.dataset.unreadWords!
    link.append(words)
  }

  #link = (channel: string) => this.element.querySelector<HTMLElement>(`.nav-item[href="/channels/${CSS.escape(channel)}/"]`)
}
