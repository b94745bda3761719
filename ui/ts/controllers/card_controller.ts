import { Controller } from "@hotwired/stimulus"
import { fragment } from "../lib/http"
import { csrfToken } from "../lib/page"
import { listen, watch } from "../lib/socket"
import { throttle } from "../lib/throttle"
import { toast } from "../lib/toast"

const UNFIT = 422 // what was said in a dialog
const REFUSAL = ".notice[role=alert]" // stays until something else is asked for

/**
 * Fetches the card of an address of ours once it is in sight: each viewer's own, and anew where a change of the message
 * took it away, or the thing itself has changed. What can be decided on it is sent from here, and the answer is the card again.
 *
 * @example <div data-controller="card" data-card-url-value="/cards/?to=%2Fchannels%2F6f1c%2F"></div>
 *          (in the card: data-hears="approval:6f1c"; <form data-action="submit->card#send">;
 *          <button data-action="card#ask" data-card-from-param="/approvals/6f1c/card/?ask=reject">)
 */
export default class CardController extends Controller<HTMLElement> {
  static values = { url: String }
  declare readonly urlValue: string
  #sight?: IntersectionObserver
  #emptied?: MutationObserver
  #html?: string
  #heard = ""
  #leave: (() => void)[] = []
  #leaveTopic?: () => void

  connect() {
    this.#sight = new IntersectionObserver((seen) => seen.some((one) => one.isIntersecting) && void this.#begin())
    this.#sight.observe(this.element)
    this.#emptied = new MutationObserver(() => {
      if (this.#html && !this.element.childElementCount) this.element.innerHTML = this.#html
    })
    this.#emptied.observe(this.element, { childList: true })
  }

  disconnect() {
    this.#sight?.disconnect()
    this.#emptied?.disconnect()
    this.#leaveTopic?.()
    for (const leave of this.#leave.splice(0)) leave()
    this.#heard = ""
  }

  async #begin() {
    this.#sight?.disconnect()
    await this.#load()
    if (!this.element.isConnected || this.#leave.length || !this.urlValue.includes("approvals")) return
    this.#leave = [listen("me", "approval.changed", this.#changed), watch((state) => state === "online" && this.#anew())]
  }

  async #load() {
    try {
      this.#draw(await fragment(this.urlValue))
    } catch {
      // The link itself still leads there.
    }
  }

  #draw(html: string) {
    if (html === this.#html) return
    const refused = this.element.querySelector(REFUSAL)
    this.#html = html
    this.element.innerHTML = html
    if (refused && !this.element.querySelector(REFUSAL)) this.element.querySelector("article")?.append(refused)
    const topic = this.element.querySelector<HTMLElement>("[data-hears]")?.dataset.hears ?? ""
    if (topic === this.#heard) return
    this.#leaveTopic?.()
    this.#heard = topic
    this.#leaveTopic = topic ? listen(topic, "approval.changed", this.#changed) : undefined
  }

  #anew = throttle(() => void this.#load(), 400)

  #changed = ({ id }: { id?: string }) => {
    if (id && this.urlValue.includes(id)) this.#anew()
  }

  /** Opens the dialog that a decision needs; it stands beside the page, which may be drawn anew meanwhile. */
  async ask({ params }: { params: { from: string } }) {
    await this.#said(() => fetch(params.from, { headers: { "HX-Request": "true" } }))
  }

  async send(event: SubmitEvent) {
    event.preventDefault()
    await this.#post(event.currentTarget as HTMLFormElement)
  }

  async #post(form: HTMLFormElement) {
    const buttons = [...form.querySelectorAll<HTMLButtonElement>("button[type=submit]")]
    for (const one of buttons) one.disabled = true
    const body = new FormData(form)
    await this.#said(() => fetch(form.action, { method: "POST", body, headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() } }), form.closest("dialog"))
    for (const one of buttons) one.disabled = false
  }

  async #said(ask: () => Promise<Response>, from: HTMLDialogElement | null = null) {
    try {
      const answer = await ask()
      const html = await answer.text()
      if (answer.ok) this.element.querySelector(REFUSAL)?.remove()
      if (html) this.#show(html, answer, from)
      else this.#refuse(answer, from)
    } catch {
      toast("bad", document.body.dataset.unreachable ?? "")
    }
  }

  #show(html: string, answer: Response, from: HTMLDialogElement | null) {
    const template = document.createElement("template")
    template.innerHTML = html
    const dialog = template.content.querySelector("dialog")
    if (dialog) return this.#open(dialog)
    const wrong = template.content.querySelector(REFUSAL)
    if (from && wrong && answer.status === UNFIT) {
      from.querySelector(REFUSAL)?.remove()
      return from.querySelector(".modal-body")!.prepend(wrong)
    }
    from?.close()
    this.#draw(html)
    this.#tell(answer)
  }

  #open(dialog: HTMLDialogElement) {
    document.getElementById(dialog.id)?.remove()
    dialog.querySelector("form")!.addEventListener("submit", (event) => {
      event.preventDefault()
      void this.#post(event.currentTarget as HTMLFormElement)
    })
    dialog.addEventListener("close", () => dialog.remove())
    document.body.append(dialog)
  }

  /** Says what was refused without words of the card's own: that it is not to be seen any more, or where one confirms first. */
  #refuse(answer: Response, from: HTMLDialogElement | null) {
    const leads = answer.headers.get("HX-Redirect")
    if (leads) return location.assign(leads)
    from?.close()
    this.#tell(answer, document.body.dataset.unreachable)
    void this.#load()
  }

  #tell(answer: Response, otherwise = "") {
    const said = JSON.parse(answer.headers.get("HX-Trigger") ?? "{}").toast
    if (said || otherwise) toast(said?.tone ?? "bad", said?.text ?? otherwise)
  }
}
