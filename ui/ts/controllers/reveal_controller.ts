import { Controller } from "@hotwired/stimulus"

/**
 * Shows a password while one types it, and hides it before it is sent, so that no browser keeps it as a text.
 *
 * @example <div data-controller="reveal"><input type="password"><button hidden data-reveal-target="button" data-action="reveal#toggle">Show</button></div>
 */
export default class RevealController extends Controller<HTMLElement> {
  static targets = ["button"]
  declare readonly buttonTarget: HTMLButtonElement
  #input!: HTMLInputElement

  connect() {
    this.#input = this.element.querySelector("input")!
    this.#input.form?.addEventListener("submit", this.#hide)
    this.buttonTarget.hidden = false
  }

  disconnect() {
    this.#input.form?.removeEventListener("submit", this.#hide)
    this.#hide()
  }

  toggle() {
    this.#show(this.#input.type === "password")
    this.#input.focus()
  }

  #hide = () => this.#show(false)

  #show(open: boolean) {
    this.#input.type = open ? "text" : "password"
    this.buttonTarget.setAttribute("aria-pressed", String(open))
  }
}
