import { Controller } from "@hotwired/stimulus"
import { retry, socketState, watch } from "../lib/socket"

const PATIENCE_MS = 2500

/**
 * Says when the connection is lost, after a moment of patience, and goes when it is back.
 *
 * @example <p class="offline" role="status" data-controller="connection" hidden>
 *            <span data-connection-target="text" data-offline="You are offline." data-connecting="Connecting again…"></span>
 *            <button data-action="connection#retry">Try now</button></p>
 */
export default class ConnectionController extends Controller<HTMLElement> {
  static targets = ["text"]
  declare readonly textTarget: HTMLElement
  #leave?: () => void
  #timer = 0

  connect() {
    this.#leave = watch(this.#change)
    if (socketState() !== "connecting") this.#change()
  }

  disconnect() {
    this.#leave?.()
    clearTimeout(this.#timer)
  }

  retry() {
    retry()
  }

  #change = () => {
    clearTimeout(this.#timer)
    if (socketState() === "online") this.element.hidden = true
    else if (this.element.hidden) this.#timer = window.setTimeout(this.#show, navigator.onLine ? PATIENCE_MS : 0)
    else this.#show()
  }

  #show = () => {
    const words = this.textTarget.dataset
    this.textTarget.textContent = (socketState() === "connecting" ? words.connecting : words.offline) ?? ""
    this.element.hidden = false
  }
}
