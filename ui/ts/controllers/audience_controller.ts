import { Controller } from "@hotwired/stimulus"

/**
 * Writes on the button who will read what is about to be posted.
 *
 * @example <form data-controller="audience"><input type="radio" data-action="audience#choose" data-audience-words-param="Post to Northwind only">
 *            <button><span data-audience-target="button">…</span></button></form>
 */
export default class AudienceController extends Controller<HTMLElement> {
  static targets = ["button"]
  declare readonly buttonTarget: HTMLElement

  choose({ params }: { params: { words?: string } }) {
    this.buttonTarget.textContent = params.words ?? ""
  }
}
