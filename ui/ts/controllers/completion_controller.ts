import { Controller } from "@hotwired/stimulus"
import { api, fragment } from "../lib/http"
import { listen } from "../lib/socket"
import { settle } from "../lib/throttle"
import { toast } from "../lib/toast"

const WORD = /(?:^|[\s(（，。])([@#:][^\s@#:]{0,30})$/u
const COMMAND = /^(\/[^\s/]{0,30})$/u // alone, from the first letter on
const LINE = /^\/[^\s/]{1,30}\s+\S[^\n]*$/u // a command, and what it takes
const LEAVES_AFTER = 250 // ms, in which the draft is kept as it is now
const NOBODY = "00000000-0000-0000-0000-000000000000"
const EMOJI_FROM = 3 // ":" and two letters
const CALLS_EVERYBODY = /(?<![\w@])@(?:channel(?![\w-])|所有人)/u

interface Answer {
  text: string
  links: { label: string; url: string }[]
  undo: { method: string; url: string } | null
}

/**
 * Completes what is being typed: `@` people, organizations and everybody, `#` channels, `:` emoji by their names; `/` at
 * the beginning lists what one can do (`data-go` an address, `data-body` what is sent there by `data-method`; `data-line`:
 * what is written goes to the address `line`, and `answer` shows what comes back, with a way to undo it; what a program that was called says later comes, asked for at the address `call`, to the same place). Arrows choose, Enter or Tab takes, Escape leaves it. Says beforehand how many are told where everybody is called.
 *
 * @example <form data-controller="completion composer" data-completion-url-value="/channels/6f1c/completions/">
 *   <textarea data-completion-target="text" data-action="keydown->completion#key keydown->composer#key input->completion#typed"></textarea>
 *   <div role="listbox" data-completion-target="list" data-action="click->completion#choose" hidden></div>
 *   <p data-completion-target="warning" hidden>23 people will be told.</p></form>
 */
export default class CompletionController extends Controller<HTMLElement> {
  static targets = ["text", "list", "warning", "answer"]
  static values = { url: String, line: String, undone: String, call: String, channel: String }
  declare readonly textTarget: HTMLTextAreaElement
  declare readonly listTarget: HTMLElement
  declare readonly warningTarget: HTMLElement
  declare readonly answerTarget: HTMLElement
  declare readonly urlValue: string
  declare readonly lineValue: string
  declare readonly undoneValue: string
  declare readonly callValue: string // its last part but one, zeros, stands for the id of a call
  declare readonly channelValue: string
  #leave?: () => void
  #undo: Answer["undo"] = null
  #word = ""
  #waits = false // for what a command may be
  #wanted = false // Enter was pressed while it waited

  connect() {
    this.#leave = listen("me", "call.changed", this.#heard)
  }

  disconnect() {
    this.#leave?.()
  }

  typed() {
    this.warningTarget.hidden = !CALLS_EVERYBODY.test(this.textTarget.value)
    const { value, selectionStart } = this.textTarget
    const before = value.slice(0, selectionStart)
    this.#word = LINE.test(value) ? value : ((COMMAND.exec(value) ?? WORD.exec(before))?.[1] ?? "")
    this.#waits = this.#word.startsWith("/")
    this.#wanted = false
    if (!this.#word || (this.#word.startsWith(":") && this.#word.length < EMOJI_FROM)) this.close()
    else this.#ask()
  }

  key(event: KeyboardEvent) {
    if (event.isComposing || event.keyCode === 229) return
    if (this.#waits && event.key === "Enter") {
      this.#wanted = !event.shiftKey
      return this.#swallow(event) // a command is not said aloud: it is given once it is known
    }
    if (this.listTarget.hidden) return
    const options = this.#options()
    const at = options.findIndex((one) => one.ariaSelected === "true")
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) this.#select(options[(at + step + options.length) % options.length])
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && options[at]) this.#take(options[at])
    else if (event.key === "Escape") this.close()
    else return
    this.#swallow(event)
  }

  #swallow(event: Event) {
    event.preventDefault()
    event.stopImmediatePropagation()
  }

  choose(event: Event) {
    const option = (event.target as Element).closest<HTMLElement>("[role=option]")
    if (option) this.#take(option)
  }

  close() {
    this.listTarget.hidden = true
    this.textTarget.removeAttribute("aria-activedescendant")
  }

  #ask = settle(() => void this.#fetch(), 100)

  async #fetch() {
    const asked = this.#word
    try {
      if (asked.startsWith(":")) this.listTarget.replaceChildren(...(await this.#emoji(asked)))
      else this.listTarget.innerHTML = await fragment(`${this.urlValue}?q=${encodeURIComponent(asked)}`)
    } catch {
      this.#waits = this.#wanted = false
      return this.close()
    }
    if (asked === this.#word) this.#waits = false
    const options = this.#options()
    if (asked !== this.#word || !options.length) return this.close()
    this.listTarget.hidden = false
    this.#select(options[0])
    if (this.#wanted && LINE.test(asked)) this.#take(options[0]!) // what was not seen yet is not chosen
  }

  async #emoji(typed: string) {
    const { found } = await import("../lib/emoji")
    return found(typed, 8).map(({ sign, name, label }, index) => {
      const option = document.createElement("button")
      Object.assign(option, { type: "button", role: "option", tabIndex: -1, id: `completion-${index + 1}` })
      option.dataset.words = sign
      const words = document.createElement("span")
      const note = document.createElement("small")
      words.textContent = `${sign} ${label}`
      note.textContent = `:${name}:`
      option.append(words, note)
      return option
    })
  }

  #take(option: HTMLElement) {
    if (option.dataset.line) return void this.#give(option.dataset.line)
    const end = this.textTarget.selectionStart
    this.textTarget.setRangeText(option.dataset.words!, end - this.#word.length, end, "end")
    this.#word = ""
    this.close()
    this.textTarget.focus()
    this.textTarget.dispatchEvent(new Event("input", { bubbles: true }))
    if (option.dataset.go) void this.#go(option.dataset.go, option.dataset.method, option.dataset.body)
  }

  /** Gives a command with what is written after it; until it is heeded its words stay. */
  async #give(name: string) {
    const line = this.textTarget.value.trim()
    this.close()
    try {
      this.#answered(await api<Answer>("POST", this.lineValue, { line: line.includes(" ") ? line : name }))
      this.#word = ""
      this.textTarget.value = ""
      this.textTarget.dispatchEvent(new Event("input", { bubbles: true }))
    } catch (refused) {
      toast("bad", refused instanceof TypeError ? (document.body.dataset.unreachable ?? "") : (refused as Error).message)
    }
    this.textTarget.focus()
  }

  #answered({ text, links, undo }: Answer) {
    const slot = (name: string) => this.answerTarget.querySelector<HTMLElement>(`[data-slot=${name}]`)!
    slot("text").textContent = text
    slot("links").replaceChildren(
      ...links.map(({ label, url }) => {
        const [item, link] = [document.createElement("li"), document.createElement("a")]
        link.textContent = label
        link.href = url
        link.className = "text-link"
        item.append(link)
        return item
      }),
    )
    this.#undo = undo
    slot("undo").hidden = !undo
    this.answerTarget.hidden = false
  }

  /** Shows what a program says to whoever called it here; the words come by HTTP alone. */
  #heard = async ({ call, channel }: { call: string; channel: string | null }) => {
    if (channel !== this.channelValue) return
    const found = await api<{ said: string }>("GET", this.callValue.replace(NOBODY, call)).catch(() => null)
    if (found?.said) this.#answered({ text: found.said, links: [], undo: null })
  }

  async undo() {
    if (!this.#undo) return
    const { method, url } = this.#undo
    try {
      await api(method, url)
      this.#answered({ text: this.undoneValue, links: [], undo: null })
    } catch (refused) {
      toast("bad", (refused as Error).message)
    }
    this.textTarget.focus()
  }

  dismiss() {
    this.answerTarget.hidden = true
    this.textTarget.focus()
  }

  /** Does what a command says: leads to its page, or tells the server and shows this one anew. */
  async #go(url: string, method = "PUT", body?: string) {
    if (body) await api(method, url, JSON.parse(body)).catch((refused: Error) => toast("bad", refused.message))
    window.setTimeout(() => (body ? location.reload() : location.assign(url)), LEAVES_AFTER)
  }

  #options = () => [...this.listTarget.querySelectorAll<HTMLElement>("[role=option]")]

  #select(chosen: HTMLElement | undefined) {
    for (const one of this.#options()) one.ariaSelected = String(one === chosen)
    if (!chosen) return
    this.textTarget.setAttribute("aria-activedescendant", chosen.id)
    chosen.scrollIntoView({ block: "nearest" })
  }
}
