import { Controller } from "@hotwired/stimulus"

const SEQUENCE_MS = 900

/**
 * Keys for the page, on <body>: any button, link or field with `data-shortcut` answers to its key ("a", "?")
 * or keys in turn ("g i"), unless somebody is typing; "shift+escape" from anywhere, and from inside a menu. Inside an open dialog only the dialog's own count.
 * The sheet of keys (`[data-keys]`) lists them when it opens.
 *
 * @example <button data-shortcut="a">Approve <kbd class="kbd" aria-hidden="true">A</kbd></button>
 */
export default class ShortcutController extends Controller<HTMLElement> {
  #typed = ""
  #timer = 0

  connect() {
    document.addEventListener("keydown", this.#key)
    document.addEventListener("dialog:open", this.#list)
  }

  disconnect() {
    document.removeEventListener("keydown", this.#key)
    document.removeEventListener("dialog:open", this.#list)
  }

  #key = (event: KeyboardEvent) => {
    if (event.key === "Escape" && event.shiftKey) return document.querySelector<HTMLElement>('[data-shortcut="shift+escape"]')?.click()
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.key.length > 1) return
    if ((event.target as Element).closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]")) return
    const key = event.key.toLowerCase()
    const both = `${this.#typed} ${key}`.trim()
    const hit = this.#find(both) ?? this.#find(key)
    clearTimeout(this.#timer)
    this.#typed = hit ? "" : key
    this.#timer = window.setTimeout(() => (this.#typed = ""), SEQUENCE_MS)
    if (!hit) return
    event.preventDefault()
    if (hit.matches("input, textarea, select")) hit.focus()
    else hit.click()
  }

  #all(): HTMLElement[] {
    const within = document.querySelector("dialog[open]") ?? document
    return [...within.querySelectorAll<HTMLElement>("[data-shortcut]:not(:disabled)")].filter((one) => one.checkVisibility())
  }

  #find = (keys: string) => this.#all().find((one) => one.dataset.shortcut === keys)

  #list = (event: Event) => {
    const sheet = (event.target as Element).querySelector("[data-keys]")
    if (!sheet) return
    for (const old of sheet.querySelectorAll("[data-own]")) old.remove()
    for (const one of document.querySelectorAll<HTMLElement>("[data-shortcut]")) {
      if (one.dataset.shortcut === "?" || !one.checkVisibility()) continue
      const name = sheet.appendChild(document.createElement("dt"))
      const keys = sheet.appendChild(document.createElement("dd"))
      name.dataset.own = keys.dataset.own = ""
      name.textContent = one.dataset.shortcutName ?? one.ariaLabel ?? [...one.childNodes].filter((node) => !(node instanceof Element && node.matches(".kbd, svg"))).map((node) => node.textContent).join("").trim()
      for (const key of one.dataset.shortcut!.split(" ")) {
        const cap = keys.appendChild(document.createElement("kbd"))
        cap.className = "kbd"
        cap.textContent = key.toUpperCase()
      }
    }
  }
}
