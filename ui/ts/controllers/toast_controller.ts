import { Controller } from "@hotwired/stimulus"
import type { Offer } from "../lib/toast"

const STAYS_MS = 6000

/**
 * Shows short messages: those the server drew with the page, and those that come as the event `toast`,
 * from `lib/toast` or from the header `HX-Trigger: {"toast": {"tone": "ok", "text": "Saved"}}`.
 * Each leaves by itself, but not while it is pointed at or holds the focus. One from `lib/toast` may offer a button.
 *
 * @example <section class="toasts" data-controller="toast"><template data-toast-target="ok"><c-toast tone="ok"/></template></section>
 */
export default class ToastController extends Controller<HTMLElement> {
  static targets = ["card", "ok", "info", "bad"]
  declare readonly okTarget: HTMLTemplateElement
  declare readonly infoTarget: HTMLTemplateElement
  declare readonly badTarget: HTMLTemplateElement

  connect() {
    document.addEventListener("toast", this.#show)
  }

  disconnect() {
    document.removeEventListener("toast", this.#show)
  }

  cardTargetConnected(card: HTMLElement) {
    const leave = () => (card.matches(":hover, :focus-within") ? setTimeout(leave, STAYS_MS / 2) : card.remove())
    setTimeout(leave, STAYS_MS)
  }

  dismiss(event: Event) {
    ;(event.target as Element).closest(".toast-card")?.remove()
  }

  #show = (event: Event) => {
    const { tone, text, offer } = (event as CustomEvent<{ tone: string; text: string; offer?: Offer }>).detail
    const template = { ok: this.okTarget, info: this.infoTarget, bad: this.badTarget }[tone] ?? this.infoTarget
    const card = template.content.firstElementChild!.cloneNode(true) as HTMLElement
    card.querySelector("span")!.textContent = text
    if (offer) card.querySelector("span")!.after(this.#button(card, offer))
    this.element.append(card)
  }

  #button(card: HTMLElement, { label, press }: Offer) {
    const button = document.createElement("button")
    button.type = "button"
    button.className = "btn"
    button.dataset.variant = "outline"
    button.dataset.size = "xs"
    button.textContent = label
    button.addEventListener("click", () => {
      card.remove()
      press()
    })
    return button
  }
}
