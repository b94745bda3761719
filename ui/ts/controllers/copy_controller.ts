import { Controller } from "@hotwired/stimulus"

const SAYS_SO_MS = 1600

/**
 * Copies a text and says that it did.
 *
 * @example <button data-controller="copy" data-action="copy#copy" data-copy-text-value="…" data-copy-done-value="Copied"><span data-copy-target="label">Copy</span></button>
 */
export default class CopyController extends Controller<HTMLElement> {
  static targets = ["label"]
  static values = { text: String, done: String }
  declare readonly labelTarget: HTMLElement
  declare readonly textValue: string
  declare readonly doneValue: string

  async copy() {
    const before = this.labelTarget.textContent
    await navigator.clipboard.writeText(this.textValue)
    this.labelTarget.textContent = this.doneValue
    setTimeout(() => (this.labelTarget.textContent = before), SAYS_SO_MS)
  }
}
