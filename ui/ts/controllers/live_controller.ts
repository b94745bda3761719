import { Controller } from "@hotwired/stimulus"
import { fragment } from "../lib/http"
import { morph, parse, personalize, place } from "../lib/morph"
import { subscribe, type Frame } from "../lib/socket"
import { throttle } from "../lib/throttle"

/**
 * Keeps a part of the page as it is on the server. Frames that carry `html` morph the elements they name by id;
 * with `url` the element fetches itself anew instead: the answer's element of the same id, else its first one.
 *
 * @example <section id="participants" data-controller="live" data-live-topic-value="workspace:6f1c"
 *             data-live-on-value="member.changed approval.changed" data-live-url-value="/workspaces/6f1c/participants/"></section>
 *          (topic: several, divided by spaces, of which none is numbered; on: types of events, all when left out; seq: the event number the page shows, to miss nothing in between;
 *          also: ids of what else the answer brings that changes with it, outside of the element)
 */
export default class LiveController extends Controller<HTMLElement> {
  static values = { topic: String, on: String, url: String, also: String, seq: { type: Number, default: -1 } }
  declare readonly topicValue: string
  declare readonly onValue: string
  declare readonly urlValue: string
  declare readonly alsoValue: string
  declare readonly seqValue: number
  #leave?: () => void

  connect() {
    personalize(this.element)
    const how = { since: this.seqValue < 0 ? null : this.seqValue, as: this.urlValue ? "json" : "html", receive: this.#receive } as const
    const leave = this.topicValue.split(" ").map((topic) => subscribe(topic, how))
    this.#leave = () => leave.forEach((one) => one())
  }

  disconnect() {
    this.#leave?.()
  }

  #receive = (frame: Frame) => {
    if (["typing", "presence", "read.moved", "draft.changed", "call.changed"].includes(frame.type)) return
    if (this.onValue && frame.type !== "unsubscribed" && !this.onValue.split(" ").includes(frame.type)) return
    if (this.urlValue) this.#refetch()
    else if (frame.html) place(frame.html)
  }

  #refetch = throttle(() => void this.#fetch(), 400)

  async #fetch() {
    try {
      const found = parse(await fragment(this.urlValue))
      const ids = [this.element.id, ...this.alsoValue.split(" ").filter(Boolean)]
      for (const id of ids) {
        const next = found.find((one) => one.id === id) ?? found.map((one) => one.querySelector(`#${CSS.escape(id)}`)).find(Boolean)
        const shown = id === this.element.id ? this.element : document.getElementById(id)
        if (next && shown && this.element.isConnected) await morph(shown, next)
      }
    } catch {
      // Out of reach: the next event or the next page brings it.
    }
  }
}
