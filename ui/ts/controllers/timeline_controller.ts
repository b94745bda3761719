import { Controller } from "@hotwired/stimulus"
import { api, fragment } from "../lib/http"
import { dayOf, written } from "../lib/moments"
import { markSaved, morph, parse, personalize } from "../lib/morph"
import { joinRuns } from "../lib/runs"
import { listen, subscribe, type Frame } from "../lib/socket"
import { throttle } from "../lib/throttle"

const NEAR_PX = 80

/**
 * The messages of a channel or thread: stays at the newest unless the reader has scrolled up, then counts what
 * is new; loads older ones above without a jump; every message once, in order, also after a lost connection.
 *
 * A message is `<li class="msg" id="message-ID" data-seq="N" data-at="ISO time" data-author="person id">`; one of a
 * thread also has `data-thread="ID of its first message"` and shows only where `thread` says so. Values:
 * `seq` number of the last event the page shows; `events` HTTP address of what came after (`?since=&as=html`);
 * `newest` number of the channel's last post, which may stand in a thread;
 * `older` address that answers `?before_seq=` with more <li>, none when there are none; `newer` the same with `?after_seq=`
 * where the page shows the middle of a channel: until all is there, what is posted waits below; `read` address for PUT
 * {seq}, `read-seq` the number read last; `around` the number that the page was opened at.
 * Hears `composer:pending` and `composer:sent` {element} on the window.
 *
 * @example <div class="timeline-wrap" role="log" aria-label="Messages" tabindex="0" data-controller="timeline"
 *    data-timeline-topic-value="channel:6f1c" data-timeline-seq-value="57" data-timeline-events-value="/api/v1/channels/6f1c/events/"
 *    data-timeline-older-value="/channels/6f1c/older/" data-timeline-read-value="/api/v1/channels/6f1c/read/"
 *    data-action="scroll->timeline#scrolled composer:pending@window->timeline#pend composer:sent@window->timeline#sent">
 *   <ol class="timeline" data-timeline-target="list">…</ol>
 *   <template data-timeline-target="day"><li class="day"><span></span></li></template>
 *   <template data-timeline-target="line"><li class="unread-line"><span>New</span></li></template>
 *   <button class="newer" data-timeline-target="newer" data-action="timeline#jump" data-one="1 new message" data-many="{n} new messages" hidden></button></div>
 */
export default class TimelineController extends Controller<HTMLElement> {
  static targets = ["list", "day", "line", "newer"]
  static values = { topic: String, seq: Number, events: String, older: String, newer: String, read: String, readSeq: Number, newest: Number, thread: String, around: Number }
  declare readonly listTarget: HTMLElement
  declare readonly dayTarget: HTMLTemplateElement
  declare readonly lineTarget: HTMLTemplateElement
  declare readonly newerTarget: HTMLElement
  declare readonly hasDayTarget: boolean
  declare readonly hasLineTarget: boolean
  declare readonly hasNewerTarget: boolean
  declare readonly topicValue: string
  declare readonly seqValue: number
  declare readonly eventsValue: string
  declare readonly olderValue: string
  declare newerValue: string
  declare readonly readValue: string
  declare readonly readSeqValue: number
  declare newestValue: number
  declare readonly threadValue: string
  declare readonly aroundValue: number
  #leave?: () => void
  #grown?: ResizeObserver
  #runs?: ReturnType<typeof joinRuns>
  #stuck = true
  #unseen = 0
  #read = 0
  #loading = false
  #complete = false
  #unheard?: () => void
  /** Marked unread by hand: it stays so until the reader comes back, or writes. */
  #held = false

  connect() {
    personalize(this.listTarget)
    this.#runs = joinRuns(this.listTarget)
    this.#read = this.readSeqValue
    this.#leave = subscribe(this.topicValue, {
      since: this.seqValue,
      as: "html",
      receive: this.#receive,
      ...(this.eventsValue ? { recover: this.#recover } : {}),
    })
    this.#unheard = listen("me", "read.back", this.#readBack)
    this.#grown = new ResizeObserver(() => this.#stuck && this.#toBottom())
    this.#grown.observe(this.listTarget)
    this.#grown.observe(this.element)
    document.addEventListener("visibilitychange", this.#seen)
    this.#start()
  }

  disconnect() {
    this.#leave?.()
    this.#unheard?.()
    this.#grown?.disconnect()
    this.#runs?.end()
    document.removeEventListener("visibilitychange", this.#seen)
  }

  scrolled() {
    const { scrollTop, clientHeight, scrollHeight } = this.element
    this.#stuck = scrollHeight - scrollTop - clientHeight < NEAR_PX
    if (this.newerValue) this.#stuck = false
    if (this.#stuck) this.#seen()
    if (scrollTop < clientHeight) void this.#loadOlder()
    if (scrollHeight - scrollTop < 2 * clientHeight) void this.#loadNewer()
  }

  /** To the newest; where messages in between are not here, the page begins anew. */
  jump() {
    if (this.newerValue) location.assign(location.pathname)
    else this.#toBottom()
  }

  pend({ detail }: CustomEvent<{ element: HTMLElement }>) {
    if ((detail.element.dataset.thread ?? "") !== this.threadValue) return
    if (this.newerValue) return this.jump() // what waits to be sent is kept, and stands below the newest there
    this.listTarget.querySelector(".unread-line")?.remove()
    this.#held = false
    this.listTarget.append(detail.element)
    this.#toBottom()
  }

  /** The socket may have been quicker than the answer: then the message stands here already. */
  sent({ detail }: CustomEvent<{ element: HTMLElement }>) {
    const { element } = detail
    if (!this.listTarget.contains(element)) return
    if (this.newerValue) return location.assign(location.pathname)
    const twins = this.listTarget.querySelectorAll(`[id="${element.id}"]`)
    if (twins.length > 1) element.remove()
    else this.#insert(element)
  }

  /** At the line of what is new, where there is one; else at the newest message. */
  #start() {
    const named = location.hash.startsWith("#message-") && document.getElementById(location.hash.slice(1))
    const at = this.aroundValue && this.listTarget.querySelector(`.msg[data-seq="${this.aroundValue}"]`)
    const line = named || this.listTarget.querySelector(".unread-line") || at
    this.#count(0)
    if (!this.newerValue) this.#toBottom()
    if (named) named.classList.add("is-sought")
    if (line) line.scrollIntoView({ block: named || line === at ? "center" : "nearest" })
    this.scrolled()
    this.#markRead()
  }

  #receive = (frame: Frame) => {
    if (frame.type === "unsubscribed") return location.reload()
    if (!frame.html) return
    for (const next of parse(frame.html)) this.#show(next as HTMLElement, frame)
  }

  #show(next: HTMLElement, frame: Frame) {
    if (frame.type === "message.posted" && (!this.threadValue || next.dataset.thread === this.threadValue)) this.newestValue = Math.max(this.newestValue, Number(next.dataset.seq ?? 0))
    const key = frame.data?.key
    const pending = key && this.listTarget.querySelector(`[data-key="${CSS.escape(key)}"]`)
    const current = next.id && this.listTarget.querySelector(`#${CSS.escape(next.id)}`)
    if (current) return void this.#redrawn(current as HTMLElement, next)
    if ((next.dataset.thread ?? "") !== this.threadValue || !next.matches(".msg") || frame.type !== "message.posted") return
    if (this.newerValue) return this.#count("own" in next.dataset ? 0 : 1)
    pending?.remove()
    this.#insert(next)
    if (this.#stuck) this.#toBottom()
    else if (!("own" in next.dataset)) this.#count(1)
    if (document.hidden && !this.listTarget.querySelector(".unread-line") && this.hasLineTarget)
      next.before(this.lineTarget.content.cloneNode(true))
    this.#seen()
  }

  /** What is drawn for everybody does not know that this reader keeps it. */
  #redrawn(current: HTMLElement, next: HTMLElement) {
    markSaved(next, "saved" in current.dataset)
    return morph(current, next)
  }

  /** Puts a message where its number belongs: before what waits to be sent, after what is older. */
  #insert(element: HTMLElement) {
    const seq = Number(element.dataset.seq)
    const older = this.#messages().filter((one) => one !== element && Number(one.dataset.seq) < seq)
    const before = older.at(-1)
    if (before) before.after(element)
    else this.listTarget.prepend(element)
    this.#divide(element, before)
  }

  #divide(element: HTMLElement, before: HTMLElement | undefined) {
    if (!this.hasDayTarget || !element.dataset.at) return
    const moment = new Date(element.dataset.at)
    const day = dayOf(moment)
    if (before?.dataset.at && dayOf(new Date(before.dataset.at)) === day) return
    if (this.listTarget.querySelector(`.day[data-day="${day}"]`)) return
    const line = this.dayTarget.content.firstElementChild!.cloneNode(true) as HTMLElement
    line.dataset.day = day
    line.querySelector("span")!.textContent = written(moment, "day")
    element.before(line)
  }

  async #loadOlder() {
    const first = this.#messages()[0]
    if (this.#loading || this.#complete || !this.olderValue || !first) return
    this.#loading = true
    try {
      const items = parse(await fragment(`${this.olderValue}?before_seq=${first.dataset.seq}`)).filter((item) => !item.id || !document.getElementById(item.id))
      this.#complete = !items.some((item) => item.matches(".msg"))
      const height = this.element.scrollHeight
      this.listTarget.prepend(...(this.#complete ? [] : items))
      this.#oneDividerADay()
      this.#runs?.settle()
      this.element.scrollTop += this.element.scrollHeight - height
    } catch {
      // Out of reach: the next scroll asks again.
    } finally {
      this.#loading = false
    }
  }

  async #loadNewer() {
    const last = this.#messages().at(-1)
    if (this.#loading || !this.newerValue || !last) return
    this.#loading = true
    try {
      const items = parse(await fragment(`${this.newerValue}?after_seq=${last.dataset.seq}`)).filter((item) => !item.id || !document.getElementById(item.id))
      if (!items.some((item) => item.matches(".msg"))) this.newerValue = ""
      else this.listTarget.append(...items)
      this.#oneDividerADay()
      this.#count(this.newerValue ? 0 : -this.#unseen)
    } catch {
      // Out of reach: the next scroll asks again.
    } finally {
      this.#loading = false
    }
  }

  /** The reader says, here or elsewhere, that it is unread again. */
  #readBack = ({ channel, seq }: { channel: string; seq: number }) => {
    if (`channel:${channel}` !== this.topicValue || this.threadValue || !this.hasLineTarget) return
    this.#held = true
    this.#read = seq
    this.listTarget.querySelector(".unread-line")?.remove()
    this.#messages().find((one) => Number(one.dataset.seq) > seq)?.before(this.lineTarget.content.cloneNode(true))
  }

  #oneDividerADay() {
    const known = new Set<string>()
    for (const line of this.listTarget.querySelectorAll<HTMLElement>(".day[data-day]")) {
      if (known.has(line.dataset.day!)) line.remove()
      known.add(line.dataset.day!)
    }
  }

  /** Events as frames with their fragments; what has none is fetched with the whole page. */
  #recover = async (since: number): Promise<Frame[]> => {
    const frames: Frame[] = []
    for (let after = since; ; after = frames.at(-1)!.seq!) {
      const { results, next } = await api<{ results: Frame[]; next: string | null }>("GET", `${this.eventsValue}?since=${after}&as=html&limit=200`)
      frames.push(...results)
      if (!next || !results.length) break
    }
    if (frames.some((frame) => !frame.html)) await this.#redraw()
    return frames
  }

  async #redraw() {
    const page = new DOMParser().parseFromString(await fragment(location.href), "text/html")
    const fresh = page.querySelector("[data-timeline-target=list]")
    for (const next of fresh?.querySelectorAll<HTMLElement>(".msg") ?? []) {
      personalize(next)
      const current = document.getElementById(next.id)
      if (current) await morph(current, next)
      else this.#insert(document.importNode(next, true))
    }
  }

  #messages = () => [...this.listTarget.querySelectorAll<HTMLElement>(":scope > .msg[data-seq]")]

  #lastSeq = () => Math.max(this.newerValue ? 0 : this.newestValue, Number(this.#messages().at(-1)?.dataset.seq ?? 0))

  #toBottom() {
    this.element.scrollTop = this.element.scrollHeight
    this.#stuck = true
    this.#seen()
  }

  #seen = () => {
    if (!this.#stuck || document.hidden) return
    this.#count(-this.#unseen)
    this.#markRead()
  }

  #count(more: number) {
    this.#unseen += more
    if (!this.hasNewerTarget) return
    const { one = "", many = "", latest = "" } = this.newerTarget.dataset
    this.newerTarget.hidden = !this.#unseen && !this.newerValue
    const place = this.newerTarget.querySelector("span") ?? this.newerTarget
    const counted = this.#unseen === 1 ? one : many.replace("{n}", String(this.#unseen))
    place.textContent = this.#unseen ? counted : latest
  }

  #markRead = throttle(() => {
    const seq = this.#lastSeq()
    if (!this.readValue || document.hidden || !this.#stuck || this.#held || seq <= this.#read) return
    this.#read = seq
    void api("PUT", this.readValue, { seq }).catch(() => (this.#read = 0))
  }, 1000)
}
