import { Controller } from "@hotwired/stimulus"
import { api } from "../lib/http"

const STATES = ["off", "on", "blocked", "unsupported", "failed"] as const
type State = (typeof STATES)[number]

/**
 * Says whether this browser is told by push, and has it told when somebody asks. It never asks by itself.
 *
 * @example <div data-controller="push" data-push-key-value="BN…" data-push-worker-value="/service-worker.js"
 *               data-push-devices-value="/api/v1/push-devices/"><div hidden data-push-target="off">
 *            <button data-action="push#enable">…</button></div><p hidden data-push-target="on">…</p>…</div>
 *          <tr data-here>…</tr> where the server knows this browser
 */
export default class PushController extends Controller<HTMLElement> {
  static targets = [...STATES]
  static values = { key: String, worker: String, devices: String }
  declare readonly keyValue: string
  declare readonly workerValue: string
  declare readonly devicesValue: string

  connect() {
    void this.#look()
  }

  async enable() {
    if ((await Notification.requestPermission()) !== "granted") return this.#look()
    try {
      await navigator.serviceWorker.register(this.workerValue)
      const { pushManager } = await navigator.serviceWorker.ready
      // Whatever was said before may have been somebody else's here, or under another key.
      await (await pushManager.getSubscription())?.unsubscribe()
      const subscription = await pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: this.keyValue })
      const { endpoint, keys } = subscription.toJSON()
      await api("POST", this.devicesValue, { endpoint, keys })
      location.reload()
    } catch {
      this.#show("off", "failed")
    }
  }

  async #look() {
    if (!("serviceWorker" in navigator && "PushManager" in window && "Notification" in window)) return this.#show("unsupported")
    if (Notification.permission === "denied") return this.#show("blocked")
    this.#show((await this.#isTold()) ? "on" : "off")
  }

  /** The server knows this browser, and the browser still listens, under the key that the server has now. */
  async #isTold(): Promise<boolean> {
    const registration = await navigator.serviceWorker.getRegistration(this.workerValue)
    const subscription = await registration?.pushManager.getSubscription()
    const key = subscription?.options.applicationServerKey
    if (!key || !document.querySelector("[data-here]")) return false
    const said = btoa(String.fromCharCode(...new Uint8Array(key)))
    return said.replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "") === this.keyValue
  }

  #show(...shown: State[]) {
    for (const state of STATES)
      for (const part of this.element.querySelectorAll<HTMLElement>(`[data-push-target="${state}"]`))
        part.hidden = !shown.includes(state)
  }
}
