import { Controller } from "@hotwired/stimulus"

/**
 * Fills in the time zone that this browser lives in, where nobody has said another.
 *
 * @example <form data-controller="zone"><input type="hidden" name="time_zone" data-zone-target="input"></form>
 */
export default class ZoneController extends Controller<HTMLElement> {
  static targets = ["input"]
  declare readonly inputTarget: HTMLInputElement

  connect() {
    this.inputTarget.value ||= Intl.DateTimeFormat().resolvedOptions().timeZone
  }
}
