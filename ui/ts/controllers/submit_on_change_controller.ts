import { Controller } from "@hotwired/stimulus"

/**
 * Sends a form as soon as its choice changes; without a script the form keeps a button.
 *
 * @example <form data-controller="submit-on-change"><select data-action="change->submit-on-change#send">…</select></form>
 */
export default class SubmitOnChangeController extends Controller<HTMLFormElement> {
  send() {
    this.element.requestSubmit()
  }
}
