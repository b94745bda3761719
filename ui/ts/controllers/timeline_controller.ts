import { Controller } from "@hotwired/stimulus"
import { api, fragment } from "../lib/http"
import { markSaved, morph, parse, personalize } from "../lib/morph"
import { Rows } from "../lib/rows"
import { joinRuns } from "../lib/runs"
import { listen, subscribe, type Frame } from "../lib/socket"
import { Stretch } from "../lib/stretch"
import { throttle } from "../lib/throttle"
import { equip, moreOf } from "../lib/toolbar"

const NEAR_PX = 80

/**
 * The messages of a channel or thread: stays at the newest unless the reader has scrolled up, then counts what
 * is new; loads those above and below as they scroll, without a jump, and lets go of what is far from them; every
 * message once, in order, also after a lost connection.
 *
 * A message is `<li class="msg" id="message-ID" data-seq="N" data-at="ISO time" data-author="person id">`; one of a
 * thread also has `data-thread="ID of its first message"` and shows only where `thread` says so. Values:
 * `seq` number of the last event the page shows; `events` HTTP address of what came after (`?since=&as=html`);
 * `newest` number of the channel's last post, which may stand in a thread;
 * `older` address that answers `?before_seq=` with more <li>, none when there are none, and `?named=` with those around a
 * message; `newer` the same with `?after_seq=`; `more` that messages below are not here: until they are, what is posted waits;
 * `read` address for PUT {seq}, `read-seq` the number read last; `around` the number that the page was opened at.
 * Hears `composer:pending` and `composer:sent` {element} on the window; tells there `timeline:read` {channel, seq, unread}.
 *
 * @example <div class="timeline-wrap" role="log" aria-label="Messages" tabindex="0" data-controller="timeline"
 *    data-timeline-topic-value="channel:6f1c" data-timeline-seq-value="57" data-timeline-events-value="/api/v1/channels/6f1c/events/"
 *    data-timeline-older-value="/channels/6f1c/older/" data-timeline-newer-value="/channels/6f1c/newer/" data-timeline-read-value="/api/v1/channels/6f1c/read/"
 *    data-action="scroll->timeline#scrolled composer:pending@window->timeline#pend composer:sent@window->timeline#sent">
 *   <ol class="timeline" data-timeline-target="list">…</ol>
 *   <template data-timeline-target="day"><li class="day"><span></span></li></template>
 *   <template data-timeline-target="line"><li class="unread-line"><span>New</span></li></template>
 *   <button class="newer" data-timeline-target="newer" data-action="timeline#jump" data-one="1 new message" data-many="{n} new messages" hidden></button></div>
 */
export default class TimelineController extends Controller<HTMLElement> {
  static targets = ["list", "day", "line", "newer"]
  static values = { topic: String, seq: Number, events: String, older: String, newer: String, more: Boolean, read: String, readSeq: Number, newest: Number, thread: String, around: Number }
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
  declare readonly newerValue: string
  declare readonly moreValue: boolean
  declare readonly readValue: string
  declare readonly readSeqValue: number
  declare newestValue: number
  declare readonly threadValue: string
  declare readonly aroundValue: number
  #leave?: () => void
  #grown?: ResizeObserver
  #rows!: Rows
  #stretch!: Stretch
  #runs?: ReturnType<typeof joinRuns>
  #stuck = true
  #top = 0 // where the list stood when it last moved
  #unseen = 0
  #read = 0
  #unheard?: () => void
  /** Marked unread by hand: it stays so until the reader comes back, or writes. */
  #held = false

  connect() {
    personalize(this.listTarget)
    this.#rows = new Rows(this.listTarget, this.hasDayTarget ? this.dayTarget : null)
    this.#runs = joinRuns(this.listTarget)
    const source = { older: this.olderValue, newer: this.newerValue, thread: this.threadValue }
    this.#stretch = new Stretch(this.element, this.#rows, source, this.#runs.settle, this.moreValue, () => this.#count(0))
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
    const near = scrollHeight - scrollTop - clientHeight < NEAR_PX
    // What grew below meanwhile is no reader's doing: only who goes up leaves the newest.
    this.#stuck = (near || (this.#stuck && scrollTop >= this.#top)) && !this.#stretch.more
    this.#top = scrollTop
    if (this.#stuck) this.#seen()
    if (scrollTop < clientHeight) void this.#upwards()
    if (scrollHeight - scrollTop < 2 * clientHeight) void this.#downwards()
  }

  /** To the newest; where messages in between are not here, these come instead of what is. */
  jump() {
    if (this.#stretch.more) void this.#toNewest()
    else this.#toBottom()
  }

  pend({ detail }: CustomEvent<{ element: HTMLElement }>) {
    if ((detail.element.dataset.thread ?? "") !== this.threadValue) return
    this.listTarget.querySelector(".unread-line")?.remove()
    this.#held = false
    this.listTarget.append(detail.element)
    this.jump()
  }

  /** The socket may have been quicker than the answer: then the message stands here already. */
  sent({ detail }: CustomEvent<{ element: HTMLElement }>) {
    const { element } = detail
    if (!this.listTarget.contains(element)) return
    const twins = this.listTarget.querySelectorAll(`[id="${element.id}"]`)
    if (this.#stretch.more || twins.length > 1) element.remove()
    else this.#rows.insert(element)
    if (this.#stretch.more) void this.#toNewest()
  }

  /** At the line of what is new, where there is one; else at the newest message, or where a link leads. */
  #start() {
    const around = this.aroundValue && this.#row(`[data-seq="${this.aroundValue}"]`)
    const line = this.listTarget.querySelector(".unread-line") || around
    this.#count(0)
    if (!this.#stretch.more) this.#goDown() // which is not yet to have read what is below the line
    if (line) line.scrollIntoView({ block: line === around || this.#stretch.more ? "center" : "nearest" })
    this.named()
    this.scrolled()
    this.#markRead()
  }

  /** A link may name a message: of this page, or further up than it begins. */
  named() {
    const name = location.hash.slice(1)
    if (!name.startsWith("message-")) return
    const row = this.#row(`#${CSS.escape(name)}`)
    if (!row) return void this.#seek(name)
    for (const before of this.listTarget.querySelectorAll(".is-sought")) before.classList.remove("is-sought")
    row.classList.add("is-sought")
    row.scrollIntoView({ block: "center" })
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
    const current = next.id && this.#row(`#${CSS.escape(next.id)}`)
    if (current) return void this.#redrawn(current, next)
    if ((next.dataset.thread ?? "") !== this.threadValue || !next.matches(".msg") || frame.type !== "message.posted") return
    const unseen = "own" in next.dataset ? 0 : 1
    if (this.#stretch.more) {
      this.#stretch.holdBack(next)
      return this.#count(unseen)
    }
    pending?.remove()
    this.#rows.insert(next)
    if (this.#stuck) this.#toBottom()
    else this.#count(unseen)
    this.#stretch.forget()
    if (document.hidden && !this.listTarget.querySelector(".unread-line") && this.hasLineTarget)
      next.before(this.lineTarget.content.cloneNode(true))
    this.#seen()
  }

  /** What is drawn for everybody does not know that this reader keeps it, points at it, or has unfolded what to do with it. */
  #redrawn(current: HTMLElement, next: HTMLElement) {
    markSaved(next, "saved" in current.dataset)
    moreOf(next)?.setAttribute("aria-expanded", moreOf(current)?.ariaExpanded ?? "false")
    if (current.querySelector(".msg-actions")) equip(next)
    return morph(current, next)
  }

  async #upwards() {
    if (!(await this.#stretch.older())) return
    this.#drawLine()
    this.scrolled() // the reader may be elsewhere by now, where more was not asked for meanwhile
  }

  /** Where what is new begins is above what the page began with, perhaps: the line goes there as that comes. */
  #drawLine() {
    const { posted } = this.#rows
    const first = posted.find((one) => Number(one.dataset.seq) > this.readSeqValue && !("own" in one.dataset))
    const line = this.listTarget.querySelector(".unread-line")
    if (this.readValue && line && first && !this.#held && first.previousElementSibling !== line) first.before(line)
    const isThere = this.#stretch.isComplete || Number(posted[0]?.dataset.seq) <= this.readSeqValue + 1
    if (isThere) this.element.querySelector(".unread-bar")?.remove()
  }

  async #downwards() {
    if (!(await this.#stretch.newer())) return
    if (!this.#stretch.more) this.#count(-this.#unseen)
    this.scrolled()
  }

  async #toNewest() {
    if (!(await this.#stretch.newest())) return
    this.#toBottom()
    history.replaceState(history.state, "", location.pathname)
  }

  async #seek(name: string) {
    this.#stuck = false
    await this.#stretch.around(name.replace("message-", ""))
    if (this.#row(`#${CSS.escape(name)}`)) this.named()
    else this.scrolled()
  }

  /** The reader says, here or elsewhere, that it is unread again. */
  #readBack = ({ channel, seq }: { channel: string; seq: number }) => {
    if (`channel:${channel}` !== this.topicValue || this.threadValue || !this.hasLineTarget) return
    this.#held = true
    this.#read = seq
    this.listTarget.querySelector(".unread-line")?.remove()
    this.#rows.posted.find((one) => Number(one.dataset.seq) > seq)?.before(this.lineTarget.content.cloneNode(true))
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
      if (current) await this.#redrawn(current, next)
      else if (this.#stretch.more) this.#stretch.holdBack(next)
      else this.#rows.insert(document.importNode(next, true))
    }
  }

  #row = (which: string) => this.listTarget.querySelector<HTMLElement>(`:scope > .msg${which}`)

  #lastSeq = () => Math.max(this.#stretch.more ? 0 : this.newestValue, Number(this.#rows.posted.at(-1)?.dataset.seq ?? 0))

  #toBottom() {
    this.#goDown()
    this.#seen()
  }

  #goDown() {
    this.element.scrollTop = this.element.scrollHeight
    this.#top = this.element.scrollTop
    this.#stuck = true
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
    this.newerTarget.hidden = !this.#unseen && !this.#stretch.more
    const place = this.newerTarget.querySelector("span") ?? this.newerTarget
    const counted = this.#unseen === 1 ? one : many.replace("{n}", String(this.#unseen))
    place.textContent = this.#unseen ? counted : latest
  }

  #markRead = throttle(() => {
    const seq = this.#lastSeq()
    if (!this.readValue || document.hidden || !this.#stuck || this.#held || seq <= this.#read) return
    this.#read = seq
    void api("PUT", this.readValue, { seq }).then(
      () => this.threadValue || this.dispatch("read", { detail: { channel: this.topicValue.replace("channel:", ""), seq, unread: this.#lastSeq() - seq } }),
      () => (this.#read = 0),
    )
  }, 1000)
}
