import { Controller } from "@hotwired/stimulus"

/**
 * Compares a file with the digest of the paper that was made here. The file is read in the browser and goes nowhere.
 *
 * @example <div data-controller="paper" data-paper-digest-value="9f86d0…" data-action="drop->paper#drop"><input type="file" data-action="paper#choose">
 *            <p data-paper-target="same" hidden>…</p><p data-paper-target="other" hidden>…</p><p data-paper-target="cannot" hidden>…</p></div>
 */
export default class PaperController extends Controller<HTMLElement> {
  static targets = ["same", "other", "cannot"]
  static values = { digest: String }
  declare readonly sameTarget: HTMLElement
  declare readonly otherTarget: HTMLElement
  declare readonly cannotTarget: HTMLElement
  declare readonly digestValue: string

  connect() {
    this.cannotTarget.hidden = Boolean(globalThis.crypto?.subtle)
  }

  over(event: DragEvent) {
    event.preventDefault()
    this.element.dataset.over = ""
  }

  leave() {
    delete this.element.dataset.over
  }

  drop(event: DragEvent) {
    event.preventDefault()
    this.leave()
    void this.#compare(event.dataTransfer?.files[0])
  }

  choose(event: Event) {
    void this.#compare((event.target as HTMLInputElement).files?.[0])
  }

  async #compare(file: File | undefined) {
    this.sameTarget.hidden = this.otherTarget.hidden = true
    if (!file || !globalThis.crypto?.subtle) return
    const digest = new Uint8Array(await crypto.subtle.digest("SHA-256", await file.arrayBuffer()))
    const found = Array.from(digest, (one) => one.toString(16).padStart(2, "0")).join("")
    this.sameTarget.hidden = found !== this.digestValue
    this.otherTarget.hidden = found === this.digestValue
  }
}
