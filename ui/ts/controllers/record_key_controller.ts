import { Controller } from "@hotwired/stimulus"
import { makeKey, saveFile } from "../lib/keys"

/**
 * Makes an organization's key where none was typed in: the private half becomes a file, the public one is sent.
 *
 * @example <form data-controller="record-key" data-action="record-key#register" data-record-key-file-value="northwind.pem">
 *            <input name="public_key"><p hidden data-record-key-target="refused">This browser cannot.</p></form>
 */
export default class RecordKeyController extends Controller<HTMLFormElement> {
  static targets = ["refused"]
  static values = { file: String }
  declare readonly refusedTarget: HTMLElement
  declare readonly fileValue: string

  async register(event: Event) {
    const field = this.element.elements.namedItem("public_key") as HTMLInputElement
    if (field.value.trim()) return
    event.preventDefault()
    try {
      const { open, pem } = await makeKey()
      saveFile(this.fileValue, pem)
      field.value = open
      this.element.submit()
    } catch {
      this.refusedTarget.hidden = false // no Ed25519 in this browser
    }
  }
}
