import { Controller } from "@hotwired/stimulus"
import { remember, remembered } from "../lib/drafts"
import { fragment } from "../lib/http"
import { settle } from "../lib/throttle"

interface Recent {
  href: string
  html: string
}

const MOST_RECENT = 5

/**
 * Search and jump: what one types is answered by the server as a listbox; arrows choose, Enter goes.
 * What was chosen lately stands first while nothing is typed.
 *
 * @example <dialog id="palette" data-controller="palette" data-palette-url-value="/palette/">
 *            <input role="combobox" data-palette-target="query" data-action="input->palette#ask keydown->palette#move">
 *            <div role="listbox" data-palette-target="hits" data-recent="Recent"></div></dialog>
 */
export default class PaletteController extends Controller<HTMLDialogElement> {
  static targets = ["query", "hits"]
  static values = { url: String }
  declare readonly queryTarget: HTMLInputElement
  declare readonly hitsTarget: HTMLElement
  declare readonly urlValue: string
  #asking?: AbortController

  connect() {
    document.addEventListener("keydown", this.#hotkey)
    this.element.addEventListener("dialog:open", this.#start)
  }

  disconnect() {
    document.removeEventListener("keydown", this.#hotkey)
    this.element.removeEventListener("dialog:open", this.#start)
  }

  ask = settle(() => void this.#fetch(), 120)

  forget() {
    this.#asking?.abort()
  }

  move(event: KeyboardEvent) {
    if (event.isComposing) return
    const hits = this.#hits()
    const at = hits.findIndex((hit) => hit.ariaSelected === "true")
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step) {
      event.preventDefault()
      this.#select(hits[(at + step + hits.length) % hits.length])
    } else if (event.key === "Enter" && hits[at]) {
      event.preventDefault()
      hits[at].click()
    }
  }

  point(event: Event) {
    const hit = (event.target as Element).closest<HTMLAnchorElement>('[role="option"]')
    if (hit && hit.ariaSelected !== "true") this.#select(hit)
  }

  choose(event: Event) {
    const hit = (event.target as Element).closest<HTMLAnchorElement>('[role="option"]')
    if (!hit) return
    const href = hit.getAttribute("href")!
    const others = remembered<Recent>("palette").filter((one) => one.href !== href)
    remember("palette", [{ href, html: hit.innerHTML }, ...others].slice(0, MOST_RECENT))
  }

  #start = () => {
    this.queryTarget.value = ""
    this.hitsTarget.replaceChildren()
    this.queryTarget.focus()
    void this.#fetch()
  }

  async #fetch() {
    const q = this.queryTarget.value.trim()
    this.#asking?.abort()
    this.#asking = new AbortController()
    try {
      this.hitsTarget.innerHTML = await fragment(`${this.urlValue}?q=${encodeURIComponent(q)}`, this.#asking.signal)
    } catch {
      return // a newer question is on its way, or there is no connection
    }
    if (!q) this.#showRecent()
    this.#select(this.#hits()[0])
  }

  #showRecent() {
    const recent = remembered<Recent>("palette")
    if (!recent.length) return
    const group = document.createElement("div")
    group.role = "group"
    group.ariaLabel = this.hitsTarget.dataset.recent!
    const title = group.appendChild(document.createElement("span"))
    title.ariaHidden = "true"
    title.textContent = this.hitsTarget.dataset.recent!
    for (const [index, { href, html }] of recent.entries()) {
      const hit = group.appendChild(document.createElement("a"))
      Object.assign(hit, { className: "palette-hit", role: "option", href, innerHTML: html, id: `hit-recent-${index}`, tabIndex: -1 })
    }
    this.hitsTarget.prepend(group)
  }

  #hits = () => [...this.hitsTarget.querySelectorAll<HTMLAnchorElement>("a[role=option]")]

  #select(chosen: HTMLElement | undefined) {
    for (const hit of this.#hits()) hit.ariaSelected = String(hit === chosen)
    this.queryTarget.setAttribute("aria-activedescendant", chosen?.id ?? "")
    chosen?.scrollIntoView({ block: "nearest" })
  }

  #hotkey = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return
    event.preventDefault()
    if (this.element.open) return this.element.close()
    this.element.showModal()
    this.#start()
  }
}
