import { Controller } from "@hotwired/stimulus"
import { csrfToken } from "../lib/page"

/**
 * Switches between light and dark, and tells the server, which keeps the choice.
 *
 * @example <button data-controller="theme" data-action="theme#toggle" data-theme-url-value="/theme/"></button>
 */
export default class ThemeController extends Controller<HTMLElement> {
  static values = { url: String }
  declare readonly urlValue: string

  toggle() {
    const root = document.documentElement
    const dark = root.classList.contains("dark") || (!root.classList.contains("light") && matchMedia("(prefers-color-scheme: dark)").matches)
    const chosen = dark ? "light" : "dark"
    root.classList.remove("light", "dark")
    root.classList.add(chosen)
    if (this.urlValue)
      void fetch(this.urlValue, { method: "POST", headers: { "X-CSRFToken": csrfToken() }, body: new URLSearchParams({ theme: chosen }) })
  }
}
