import { Controller } from "@hotwired/stimulus"

/**
 * Where what a page shows gets another name while it is open, lets the tab and the composer call it by that.
 *
 * @example <h1 data-controller="named" data-named-title-value="Line 2 · Collab" data-named-prompt-value="Message Line 2">Line 2</h1>
 */
export default class NamedController extends Controller<HTMLElement> {
  static values = { title: String, prompt: String }

  titleValueChanged(now: string, before: string) {
    if (before) document.title = now
  }

  promptValueChanged(now: string, before: string) {
    const text = document.querySelector<HTMLTextAreaElement>("#compose")
    if (!before || !text) return
    text.placeholder = now
    const label = text.labels[0]
    if (label) label.textContent = now
  }
}
