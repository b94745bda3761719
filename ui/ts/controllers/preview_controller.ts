import { Controller } from "@hotwired/stimulus"

/**
 * Shows a chosen picture before it is sent.
 *
 * @example <form data-controller="preview"><span data-preview-target="shown">{% avatar person "lg" %}</span>
 *            <input type="file" data-preview-target="input" data-action="preview#show"></form>
 */
export default class PreviewController extends Controller<HTMLElement> {
  static targets = ["input", "shown"]
  declare readonly inputTarget: HTMLInputElement
  declare readonly shownTarget: HTMLElement
  #address = ""

  disconnect() {
    URL.revokeObjectURL(this.#address)
  }

  show() {
    const file = this.inputTarget.files?.[0]
    const face = this.shownTarget.querySelector(".person")
    if (!file || !face) return
    URL.revokeObjectURL(this.#address)
    this.#address = URL.createObjectURL(file)
    const picture = document.createElement("img")
    picture.src = this.#address
    picture.alt = ""
    face.replaceChildren(picture)
  }
}
