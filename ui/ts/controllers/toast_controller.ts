import { Controller } from "@hotwired/stimulus"

const STAYS_MS = 6000

/**
 * Shows short messages: those the server drew with the page, and those that come as the event `toast`,
 * from `lib/toast` or from the header `HX-Trigger: {"toast": {"tone": "ok", "text": "Saved"}}`.
 * Each leaves by itself, but not while it is pointed at or holds the focus.
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
    const { tone, text } = (event as CustomEvent<{ tone: string; text: string }>).detail
    const template = { ok: this.okTarget, info: this.infoTarget, bad: this.badTarget }[tone] ?? this.infoTarget
    const card = template.content.firstElementChild!.cloneNode(true) as HTMLElement
    card.querySelector("span")!.textContent = text
    this.element.append(card)
  }
}
