import { Controller } from "@hotwired/stimulus"
import { meant } from "../lib/asking"
import { carriedIn, drawCarried, type Carried } from "../lib/carried"
import { draft, keepDraft, type Waiting } from "../lib/drafts"
import { api } from "../lib/http"
import { leakIn } from "../lib/leaks"
import { written } from "../lib/moments"
import { Outbox } from "../lib/outbox"
import { listen, sayTyping } from "../lib/socket"
import { settle, throttle } from "../lib/throttle"

const COMMAND = /^\/\S*$/u // leads somewhere, and is no draft
const MOST_TAKEN_ALONG = 10_000 // letters, of four bytes at most
const GROWS = CSS.supports("field-sizing", "content")

/**
 * Where a message is written. Enter sends, Shift+Enter breaks the line, and Enter that ends the composing of
 * Chinese does neither. What is written outlives a reload and follows to other devices, the newest first; what is sent stands in the list at once, waits while
 * offline, and is the same message when it is tried again.
 *
 * All fields of the form but the text become the message: `reply_to`, `quotes`, `must_acknowledge`, every `mentions`, every `attachments`. Hears
 * `message:quote` {id, name, words} on the window, and shows in target `quote` what will be quoted.
 * The template draws the message until the server has it: `[data-slot=text]`, `[data-slot=files]`,
 * `[data-slot=time]`, `[data-slot=state]`;
 * its <li> gets `data-key` and `data-state` waiting, delayed, sent or failed. Events for the timeline:
 * `composer:pending` {element}, `composer:sent` {element}. `composer:cleared`: the message, or what is kept of it elsewhere,
 * has the files that were brought; `composer:reopened` {files}: they are back.
 *
 * @example <form class="composer" data-controller="composer" data-composer-url-value="/api/v1/channels/6f1c/messages/"
 *             data-composer-place-value="channel:6f1c" data-composer-topic-value="channel:6f1c"
 *             data-composer-draft-value="/api/v1/channels/6f1c/draft/" data-composer-draft-at-value="2026-11-27T09:00:00Z"
 *             data-action="submit->composer#send" method="post" action="/channels/6f1c/messages/">
 *   <textarea name="body" data-composer-target="text" data-action="keydown->composer#key input->composer#typed"></textarea>
 *   <button data-composer-target="button">…</button>
 *   <template data-composer-target="pending" data-delayed="Waits for a connection" data-failed="Not sent: {why}">
 *     <li class="msg"> … <p data-slot="text"></p><p class="msg-state" data-slot="state"></p>
 *       <button data-pending="again">Try again</button><button data-pending="edit">Edit</button></li></template></form>
 */
export default class ComposerController extends Controller<HTMLFormElement> {
  static targets = ["text", "button", "pending", "quote", "quotes"]
  static values = { url: String, place: String, topic: String, draft: String, draftAt: String, outside: String, card: String, identity: String, key: String }
  declare readonly textTarget: HTMLTextAreaElement
  declare readonly buttonTarget: HTMLButtonElement
  declare readonly pendingTarget: HTMLTemplateElement
  declare readonly quoteTarget: HTMLElement
  declare readonly quotesTarget: HTMLInputElement
  declare readonly urlValue: string
  declare readonly placeValue: string
  declare readonly topicValue: string
  declare readonly outsideValue: string
  declare readonly cardValue: string
  declare readonly identityValue: string
  declare readonly keyValue: string
  declare readonly draftValue: string
  declare readonly draftAtValue: string
  #leave?: () => void
  #at = ""
  #owed = false // to other devices: how the draft stands
  #told: string | undefined // what they know of it, as far as this page does
  #outbox!: Outbox
  #justSent = new Set<string>() // keys: whoever pressed is still there to be asked

  connect() {
    this.#outbox = new Outbox(this.placeValue, this.urlValue, { sent: this.#sent, delayed: this.#delayed, failed: this.#refused })
    this.#take()
    this.#leave = listen("me", "draft.changed", this.#elsewhere)
    this.#resize()
    document.addEventListener("click", this.#pressed)
    addEventListener("pagehide", this.#tell)
    // The timeline's controller is connected by then.
    queueMicrotask(() => {
      for (const entry of this.#outbox.entries) {
        this.#show(entry)
        if (entry.refused !== undefined) void this.#refused(entry)
      }
      void this.#outbox.flush()
    })
  }

  disconnect() {
    this.#tell()
    removeEventListener("pagehide", this.#tell)
    this.#outbox.close()
    this.#leave?.()
    document.removeEventListener("click", this.#pressed)
  }

  key(event: KeyboardEvent) {
    if (event.key === "ArrowUp" && !this.textTarget.value && !event.altKey && !event.shiftKey) return this.#last(event)
    // 229: Safari ends composing before it tells of the key.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return
    event.preventDefault()
    this.element.requestSubmit()
  }

  /** What one said last is put right from here. */
  #last(event: KeyboardEvent) {
    event.preventDefault()
    this.dispatch("last")
  }

  /** Whoever was elsewhere with a message writes on here. */
  back() {
    this.textTarget.focus()
  }

  typed() {
    this.#keep()
    this.#resize()
    if (this.topicValue && this.textTarget.value.trim()) this.#say()
  }

  async send(event: Event) {
    event.preventDefault()
    const text = this.textTarget.value.trim()
    const message = this.#message(text)
    if (!text && !message.attachments) return this.textTarget.focus()
    const leak = this.#leak(text)
    if (leak && !(await meant(leak))) return this.textTarget.focus()
    if (leak) message.confirm = true
    this.#show(this.#add(message, carriedIn(this.element)))
    this.dispatch("cleared")
    this.unquote()
    for (const box of this.element.querySelectorAll<HTMLInputElement>("input[type=checkbox]")) box.checked = false
    this.#write("")
    this.#tell() // at once: it is nobody's draft any more, though one leaves in this very moment
  }

  #add(message: Record<string, unknown>, files: Carried[] = []): Waiting {
    const entry = this.#outbox.add(message, files)
    this.#justSent.add(entry.key)
    return entry
  }

  /** Returns what to ask before something leaves the organization that hardly anybody means to tell. */
  #leak(text: string): string | undefined {
    const leak = this.outsideValue ? leakIn(text) : undefined
    const warning = leak && { card: this.cardValue, identity: this.identityValue, key: this.keyValue }[leak]
    return warning && `${warning}\n\n${this.outsideValue}`
  }

  quote({ detail }: CustomEvent<{ id: string; name: string; words: string }>) {
    this.quotesTarget.value = detail.id
    this.#fill(this.quoteTarget, "name", detail.name)
    this.#fill(this.quoteTarget, "words", detail.words)
    this.quoteTarget.hidden = false
    this.textTarget.focus()
  }

  /** Takes in words that were taken back, after what stands here already. */
  restore({ detail }: CustomEvent<{ words: string }>) {
    this.#write([this.textTarget.value, detail.words].filter(Boolean).join("\n"))
  }

  unquote() {
    this.quotesTarget.value = ""
    this.quoteTarget.hidden = true
    this.textTarget.focus()
  }

  /** What was written to be sent later is kept elsewhere now. */
  scheduled({ detail }: CustomEvent<{ url: string }>) {
    if (new URL(detail.url, location.href).pathname === this.urlValue.replace("/api/v1", "").replace("/messages/", "/scheduled/")) {
      this.#write("")
      this.dispatch("cleared")
    }
  }

  #keep = settle(() => {
    if (COMMAND.test(this.textTarget.value)) return
    this.#at = new Date().toISOString()
    keepDraft(this.placeValue, { text: this.textTarget.value, at: this.#at })
    this.#owed = true
    this.#share()
  }, 150)

  /** Other devices hear of it once the writer pauses; out of reach, the next visit says it. */
  #share = settle(() => this.#tell(), 1000)

  /** What is under way when the page is left arrives all the same, unless it is long: a browser takes 64 KiB along. */
  #tell = () => {
    const body = this.textTarget.value
    if (!this.#owed || !this.draftValue) return
    this.#owed = false
    if (body === this.#told) return
    this.#told = body
    const [, , thread = null] = this.placeValue.split(":")
    const said = { body, at: this.#at, thread }
    void api("PUT", this.draftValue, said, {}, body.length < MOST_TAKEN_ALONG).catch(() => (this.#told = undefined))
  }

  /** Of what this browser has and what the page brought, the newer one. */
  #take() {
    const here = draft(this.placeValue)
    this.#told = this.draftAtValue ? this.textTarget.value : ""
    if (this.draftAtValue) this.#at = new Date(this.draftAtValue).toISOString()
    if (here && (!this.draftAtValue || here.at > this.#at)) {
      if (!this.draftAtValue && !here.text) return
      this.textTarget.value = here.text
      this.#at = here.at || new Date().toISOString()
      this.#owed = true
      this.#share()
    }
  }

  #elsewhere = ({ channel, thread, body, at }: { channel: string; thread: string | null; body: string; at: string }) => {
    const moment = new Date(at).toISOString()
    if (`channel:${channel}${thread ? `:${thread}` : ""}` !== this.placeValue || moment <= this.#at) return
    this.#at = moment
    this.#told = body
    this.textTarget.value = body
    keepDraft(this.placeValue, { text: body, at: moment })
    this.#resize()
  }

  #say = throttle(() => sayTyping(this.topicValue), 3000)

  #message(text: string): Record<string, unknown> {
    const form = new FormData(this.element)
    const mentions = form.getAll("mentions").filter(Boolean)
    const named: [string, unknown][] = ["reply_to", "quotes"].flatMap((name) => (form.get(name) ? [[name, form.get(name)]] : []))
    if (form.has("must_acknowledge")) named.push(["must_acknowledge", true])
    const attachments = form.getAll("attachments")
    return {
      body: text,
      ...Object.fromEntries(named),
      ...(mentions.length ? { mentions } : {}),
      ...(attachments.length ? { attachments } : {}),
    }
  }

  #write(text: string) {
    this.textTarget.value = text
    this.#at = new Date().toISOString()
    keepDraft(this.placeValue, { text, at: this.#at })
    this.#owed = true
    this.#share()
    this.#resize()
    this.textTarget.focus()
  }

  #resize() {
    if (GROWS) return
    this.textTarget.style.height = "auto"
    this.textTarget.style.height = `${this.textTarget.scrollHeight}px`
  }

  #show(entry: Waiting) {
    const element = this.pendingTarget.content.firstElementChild!.cloneNode(true) as HTMLElement
    element.dataset.key = entry.key
    element.dataset.state = "waiting"
    element.dataset.at = entry.at
    this.#fill(element, "text", String(entry.body.body))
    this.#fill(element, "time", written(new Date(entry.at), "time"))
    drawCarried(element, entry.files ?? [])
    this.dispatch("pending", { detail: { element } })
  }

  #sent = (entry: Waiting, { id, seq }: { id: string; seq: number }) => {
    this.#justSent.delete(entry.key)
    const element = this.#find(entry.key)
    if (!element) return
    element.dataset.state = "sent"
    element.dataset.seq = String(seq)
    element.id = `message-${id}`
    this.#fill(element, "state", "")
    this.dispatch("sent", { detail: { element } })
  }

  #delayed = (entry: Waiting) => {
    this.#justSent.delete(entry.key)
    this.#mark(entry, "delayed", this.pendingTarget.dataset.delayed ?? "")
  }

  /** What the server found and this page could not, it asks about at once; a no leaves it here, unsent. */
  #refused = async (entry: Waiting) => {
    this.#mark(entry, "failed", (this.pendingTarget.dataset.failed ?? "{why}").replace("{why}", entry.refused ?? ""))
    const asks = this.#justSent.delete(entry.key) && entry.code === "needs_confirmation"
    if (asks && (await meant(entry.refused ?? ""))) this.#again(entry)
  }

  #again(entry: Waiting) {
    this.#outbox.drop(entry.key)
    this.#find(entry.key)?.remove()
    this.#show(this.#add(entry.code === "needs_confirmation" ? { ...entry.body, confirm: true } : entry.body, entry.files))
  }

  #mark(entry: Waiting, state: string, words: string) {
    const element = this.#find(entry.key)
    if (!element) return
    element.dataset.state = state
    this.#fill(element, "state", words)
  }

  /** The bubble stands in the timeline, outside of this element: its two buttons are heard here. */
  #pressed = async (event: Event) => {
    const button = (event.target as Element).closest<HTMLElement>("[data-pending]")
    const element = button?.closest<HTMLElement>("[data-key]")
    const entry = this.#outbox.entries.find((one) => one.key === element?.dataset.key)
    if (!button || !element || entry?.refused === undefined) return
    if (button.dataset.pending === "again") {
      if (entry.code !== "needs_confirmation" || (await meant(entry.refused))) this.#again(entry)
      return
    }
    this.#outbox.drop(entry.key)
    element.remove()
    this.dispatch("reopened", { detail: { files: entry.files ?? [] } })
    this.#write([String(entry.body.body), this.textTarget.value].filter(Boolean).join("\n"))
  }

  #find = (key: string) => document.querySelector<HTMLElement>(`[data-key="${key}"]`)

  #fill(element: HTMLElement, slot: string, text: string) {
    const place = element.querySelector(`[data-slot="${slot}"]`)
    if (place) place.textContent = text
  }
}
