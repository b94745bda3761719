import { Controller } from "@hotwired/stimulus"
import htmx from "htmx.org"
import { asked, meant } from "../lib/asking"
import { keepRecalled, wordsRecalled } from "../lib/drafts"
import { api, fragment, Refusal } from "../lib/http"
import { markSaved, personalize } from "../lib/morph"
import { listen } from "../lib/socket"
import { toast } from "../lib/toast"
import { along, equip, moreOf } from "../lib/toolbar"

/**
 * What one does with a message: a sign on it, new words for one's own, its removal. The answer comes over the socket.
 *
 * @example <div data-controller="message" data-message-confirm-value="Delete?"> …
 *   <button data-action="message#react" data-message-id-param="6f1c" data-message-emoji-param="👍">…</button></div>
 */
export default class MessageController extends Controller<HTMLElement> {
  static targets = ["body"]
  static values = { confirm: String, edit: String, save: String, cancel: String, unread: String, recallConfirm: String, remove: String, takeBack: String, deleted: String, undo: String }
  declare readonly bodyTarget: HTMLElement
  declare readonly confirmValue: string
  declare readonly editValue: string
  declare readonly saveValue: string
  declare readonly cancelValue: string
  declare readonly unreadValue: string
  declare readonly recallConfirmValue: string
  declare readonly removeValue: string
  declare readonly takeBackValue: string
  declare readonly deletedValue: string
  declare readonly undoValue: string
  #leave?: () => void

  connect() {
    this.#leave = listen("me", "saved.changed", ({ message, saved }: { message: string; saved: boolean }) => this.#mark(message, saved))
  }

  disconnect() {
    this.#leave?.()
  }

  /** A message that is pointed at, or has the focus, shows what one can do with it. */
  equip({ target }: Event) {
    const row = (target as Element).closest<HTMLElement>(".msg")
    if (row) equip(row)
  }

  /** The same by a press, where nothing hovers and for whoever goes by keys; one message at a time. */
  unfold({ currentTarget }: { currentTarget: HTMLElement }) {
    const opens = currentTarget.ariaExpanded !== "true"
    for (const more of this.element.querySelectorAll(".msg-more")) more.ariaExpanded = String(opens && more === currentTarget)
    const toolbar = equip(currentTarget.closest<HTMLElement>(".msg")!)
    if (opens) toolbar?.querySelector("button")?.focus()
  }

  along(event: KeyboardEvent) {
    const toolbar = (event.target as Element).closest<HTMLElement>(".msg-actions")
    if (!toolbar) return
    if (along(toolbar, event.key)) event.preventDefault()
    if (event.key !== "Escape") return
    const more = moreOf(toolbar.closest<HTMLElement>(".msg")!)!
    more.ariaExpanded = "false"
    more.focus()
  }

  async react({ params, currentTarget }: { params: { id: string; emoji: string }; currentTarget: HTMLElement }) {
    const mine = this.element.querySelector(
      `#message-${params.id} .reactions [data-message-emoji-param="${params.emoji}"][aria-pressed="true"]`,
    )
    currentTarget.blur()
    await this.#ask(mine ? "DELETE" : "PUT", `${params.id}/reactions/${encodeURIComponent(params.emoji)}/`)
  }

  async acknowledge({ params }: { params: { id: string } }) {
    await this.#ask("PUT", `${params.id}/acknowledgement/`)
  }

  /** Chooses an answer of a poll, or takes it back; of several, besides those chosen already. */
  async vote({ params, currentTarget }: { params: { id: string; choice: number; multiple: boolean }; currentTarget: HTMLElement }) {
    const chosen = [...currentTarget.closest(".poll")!.querySelectorAll<HTMLElement>('[aria-pressed="true"]')]
    const places = new Set(params.multiple ? chosen.map((one) => Number(one.dataset.messageChoiceParam)) : [])
    if (chosen.includes(currentTarget)) places.delete(params.choice)
    else places.add(params.choice)
    await this.#ask("PUT", `${params.id}/votes/`, { choices: [...places] })
  }

  /** Keeps a message for later, or no longer. */
  async save({ params, currentTarget }: { params: { id: string }; currentTarget: HTMLElement }) {
    const kept = currentTarget.closest<HTMLElement>(".msg")!.dataset.saved !== undefined
    currentTarget.blur()
    this.#mark(params.id, !kept)
    if (!(await this.#ask(kept ? "DELETE" : "PUT", `${params.id}/saved/`))) this.#mark(params.id, kept)
  }

  /** From here on it is unread again; the timeline draws the line when it hears so. */
  async unread({ params, currentTarget }: { params: { id: string }; currentTarget: HTMLElement }) {
    currentTarget.blur()
    const seq = Number(document.getElementById(`message-${params.id}`)?.dataset.seq)
    await api("PUT", this.unreadValue, { seq }).catch((refusal: Error) => toast("bad", refusal.message))
  }

  #mark(id: string, saved: boolean) {
    const element = this.element.querySelector<HTMLElement>(`#message-${CSS.escape(id)}`)
    if (element) markSaved(element, saved)
  }

  async remove({ params }: { params: { id: string } }) {
    const message = document.getElementById(`message-${params.id}`)
    // What asked something of others is over once it is deleted, and another's is its author's to put back.
    const returns = message?.dataset.own !== undefined && !message.querySelector(".poll, .ask")
    if (!(await asked(this.confirmValue, { yes: this.removeValue, danger: true }))) return
    if (!(await this.#ask("DELETE", `${params.id}/`)) || !returns) return
    toast("ok", this.deletedValue, { label: this.undoValue, press: () => void this.#ask("POST", `${params.id}/restoration/`, {}) })
  }

  /** Takes back what one has just said, once one knows who has read it; the words stay with their author. */
  async recall({ params }: { params: { id: string } }) {
    const path = `/api/v1/messages/${params.id}/recall/`
    try {
      const { read, people } = await api<{ read: number; people: number }>("GET", path)
      const question = this.recallConfirmValue.replace("{read}", String(read)).replace("{people}", String(people))
      if (!(await asked(question, { yes: this.takeBackValue }))) return
      const { words } = await api<{ words: string }>("POST", path, {})
      keepRecalled(params.id, words)
      const place = document.querySelector<HTMLElement>(`[data-recalled="${CSS.escape(params.id)}"]`)
      if (place) place.hidden = false
    } catch (refusal) {
      toast("bad", (refusal as Error).message)
    }
  }

  /** Gives the composer what was taken back, to say it better. */
  restore({ params }: { params: { id: string } }) {
    this.dispatch("restore", { detail: { words: wordsRecalled(params.id) ?? "" } })
  }

  /** Opens what one may do with a message, and what became of it, in the dialog of target `body`. */
  async about(event: Event) {
    event.preventDefault()
    const link = (event.currentTarget as Element).closest("a")!
    try {
      const text = await fragment(link.href)
      await htmx.swap({ target: this.bodyTarget, text, swap: "innerHTML", sourceElement: this.bodyTarget })
      personalize(this.bodyTarget)
      this.bodyTarget.closest("dialog")!.showModal()
    } catch {
      location.assign(link.href)
    }
  }

  /** Goes to a message that stands here already; to any other its address leads. */
  toward(event: Event) {
    const there = document.getElementById((event.currentTarget as HTMLAnchorElement).hash.slice(1))
    if (!there) return
    event.preventDefault()
    for (const one of this.element.querySelectorAll(".is-sought")) one.classList.remove("is-sought")
    there.classList.add("is-sought")
    there.scrollIntoView({ block: "center" })
  }

  /** Tells the composer which message the next one quotes. */
  quote({ params }: { params: { id: string } }) {
    const message = document.getElementById(`message-${params.id}`)
    const name = message?.querySelector(".msg-head h2")?.textContent ?? ""
    const words = message?.querySelector(".msg-text")?.textContent?.trim().slice(0, 140) ?? ""
    this.dispatch("quote", { detail: { id: params.id, name, words } })
  }

  async copy({ currentTarget }: { currentTarget: HTMLElement }) {
    await navigator.clipboard.writeText(currentTarget.parentElement!.querySelector("pre")!.textContent)
    toast("ok", currentTarget.dataset.done!)
  }

  /** The newest of one's own on this page that has words to put right. */
  editLast() {
    const own = [...this.element.querySelectorAll<HTMLElement>(".msg[data-own]")].findLast(moreOf)
    if (own) void this.edit({ params: { id: own.id.replace("message-", "") } })
  }

  async edit({ params }: { params: { id: string } }) {
    const text = document.querySelector<HTMLElement>(`#message-${params.id} .msg-text`)
    if (!text || text.querySelector("textarea")) return
    const said = await api<{ body: string }>("GET", `/api/v1/messages/${params.id}/`).catch((refusal: Error) => void toast("bad", refusal.message))
    if (!said) return
    const { body } = said
    const before = text.innerHTML
    const leave = () => {
      text.innerHTML = before
      this.dispatch("left")
    }
    const area = document.createElement("textarea")
    area.className = "ctl"
    area.rows = Math.min(12, body.split("\n").length + 1)
    area.value = body
    area.setAttribute("aria-label", this.editValue)
    const row = document.createElement("p")
    row.className = "row pad-top"
    row.append(
      this.#button(this.saveValue, "", () => void this.#reword(params.id, area.value)),
      this.#button(this.cancelValue, "ghost", leave),
    )
    area.addEventListener("keydown", (event) => {
      if (event.key === "Escape") leave()
      if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
        event.preventDefault()
        row.querySelector("button")!.click()
      }
    })
    text.replaceChildren(area, row)
    area.focus()
    area.scrollIntoView({ block: "nearest" })
  }

  /** What others should not read is asked about: the server says what it found, and who would read it. */
  async #reword(id: string, body: string) {
    try {
      await api("PATCH", `/api/v1/messages/${id}/`, { body })
      this.dispatch("left")
    } catch (refusal) {
      const asks = refusal instanceof Refusal && refusal.problem.code === "needs_confirmation"
      if (asks && (await meant(refusal.message))) await this.#ask("PATCH", `${id}/`, { body, confirm: true })
      else if (!asks) toast("bad", (refusal as Error).message)
    }
  }

  #button(words: string, variant: string, press: () => void) {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "btn"
    button.dataset.size = "xs"
    if (variant) button.dataset.variant = variant
    button.textContent = words
    button.addEventListener("click", press)
    return button
  }

  async #ask(method: string, path: string, body?: unknown) {
    try {
      await api(method, `/api/v1/messages/${path}`, body)
      return true
    } catch (refusal) {
      toast("bad", (refusal as Error).message)
      return false
    }
  }
}
