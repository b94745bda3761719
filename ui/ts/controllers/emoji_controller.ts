import { Controller } from "@hotwired/stimulus"
import { api } from "../lib/http"
import { settle } from "../lib/throttle"
import { toast } from "../lib/toast"
import type { Emoji } from "../lib/emoji"

/**
 * Chooses an emoji by its picture or its name, for the text one writes or as a sign on a message. The list of all of them
 * comes when it is first opened; those used lately stand first. Arrows move, Enter takes, Escape closes.
 *
 * @example <main data-controller="emoji"> … <button data-action="emoji#open" data-emoji-message-param="6f1c">…</button>
 *   <dialog data-emoji-target="picker" data-action="close->emoji#closed"><input type="search" data-emoji-target="query"
 *     data-action="input->emoji#find keydown->emoji#move"><div data-emoji-target="list" data-recent="Used lately"
 *     data-none="No emoji is called so"></div></dialog></main>
 */
export default class EmojiController extends Controller<HTMLElement> {
  static targets = ["picker", "query", "list"]
  declare readonly pickerTarget: HTMLDialogElement
  declare readonly queryTarget: HTMLInputElement
  declare readonly listTarget: HTMLElement
  #message = ""
  #opener?: HTMLElement

  async open({ params, currentTarget }: { params: { message?: string }; currentTarget: HTMLElement }) {
    this.#message = params.message ?? ""
    this.#opener = currentTarget
    this.queryTarget.value = ""
    this.pickerTarget.showModal()
    this.queryTarget.focus()
    await this.#show()
  }

  closed() {
    this.#opener?.focus()
  }

  press({ target }: Event) {
    if (target === this.pickerTarget) this.pickerTarget.close()
  }

  find = settle(() => void this.#show(), 80)

  async take({ target }: Event) {
    const sign = (target as Element).closest<HTMLElement>("[data-sign]")?.dataset.sign
    if (!sign) return
    const { use } = await import("../lib/emoji")
    use(sign)
    this.pickerTarget.close()
    if (this.#message) await this.#react(sign)
    else this.#write(sign)
  }

  move(event: KeyboardEvent) {
    const buttons = [...this.listTarget.querySelectorAll<HTMLElement>("[data-sign]")]
    const at = buttons.indexOf(document.activeElement as HTMLElement)
    if (event.key === "Enter" && at < 0 && !event.isComposing) {
      event.preventDefault()
      buttons[0]?.click()
      return
    }
    const columns = Math.max(1, buttons.findIndex((one) => one.offsetTop > buttons[0]!.offsetTop))
    const isTyping = at < 0
    const step = { ArrowDown: isTyping ? 1 : columns, ArrowUp: -columns, ArrowRight: isTyping ? 0 : 1, ArrowLeft: isTyping ? 0 : -1 }[event.key]
    if (!step || !buttons.length) return
    event.preventDefault()
    if (at + step < 0) this.queryTarget.focus()
    else buttons[Math.min(at + step, buttons.length - 1)]!.focus()
  }

  async #show() {
    const { everything, found, recent } = await import("../lib/emoji")
    const typed = this.queryTarget.value.trim()
    const { recent: title = "", none = "" } = this.listTarget.dataset
    if (typed) {
      const hits = found(typed)
      this.listTarget.replaceChildren(hits.length ? this.#grid(hits) : none)
      return
    }
    const lately = recent()
    const heading = document.createElement("p")
    heading.textContent = title
    this.listTarget.replaceChildren(...(lately.length ? [heading, this.#grid(lately)] : []), this.#grid(everything))
  }

  #grid(emoji: Emoji[]) {
    const grid = document.createElement("div")
    grid.className = "emoji-grid"
    grid.append(
      ...emoji.map(({ sign, name, label }) => {
        const button = document.createElement("button")
        Object.assign(button, { type: "button", textContent: sign, title: `${label} :${name}:`, ariaLabel: label })
        button.dataset.sign = sign
        return button
      }),
    )
    return grid
  }

  async #react(sign: string) {
    try {
      await api("PUT", `/api/v1/messages/${this.#message}/reactions/${encodeURIComponent(sign)}/`)
    } catch (refusal) {
      toast("bad", (refusal as Error).message)
    }
  }

  #write(sign: string) {
    const text = this.element.querySelector<HTMLTextAreaElement>(".composer textarea")
    if (!text) return
    text.focus()
    text.setRangeText(sign, text.selectionStart, text.selectionEnd, "end")
    text.dispatchEvent(new Event("input", { bubbles: true }))
  }
}
