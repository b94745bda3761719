import { Controller } from "@hotwired/stimulus"
import { signedLine } from "../lib/keys"

/**
 * Signs a checkpoint with the key in a file. The file is read here and goes nowhere; the signature is sent.
 *
 * @example <form data-controller="countersign" data-action="countersign#sign" data-countersign-text-value="…"
 *                data-countersign-name-value="collab.example/org/1" data-countersign-id-value="0a1b2c3d">
 *            <input type="file" data-countersign-target="file">
 *            <input type="hidden" name="signature" data-countersign-target="signature">
 *            <p hidden data-countersign-target="refused">This file holds no key.</p></form>
 */
export default class CountersignController extends Controller<HTMLFormElement> {
  static targets = ["file", "signature", "refused"]
  static values = { text: String, name: String, id: String }
  declare readonly fileTarget: HTMLInputElement
  declare readonly signatureTarget: HTMLInputElement
  declare readonly refusedTarget: HTMLElement
  declare readonly textValue: string
  declare readonly nameValue: string
  declare readonly idValue: string

  async sign(event: Event) {
    event.preventDefault()
    try {
      const pem = (await this.fileTarget.files?.[0]?.text()) ?? ""
      this.signatureTarget.value = await signedLine(pem, this.textValue, this.nameValue, this.idValue)
      this.element.submit()
    } catch {
      this.refusedTarget.hidden = false // another kind of file, or no Ed25519 in this browser
    }
  }
}
