import { Controller } from "@hotwired/stimulus"

/**
 * Lets a form ask once before it is sent. The dialog's own button names the form, so it is sent from there.
 *
 * @example <form id="leave-form" data-controller="confirm" data-confirm-dialog-value="leave" data-action="submit->confirm#ask">…</form>
 *          <c-dialog id="leave" …><c-slot name="foot"><c-button type="submit" form="leave-form">Leave</c-button></c-slot></c-dialog>
 */
export default class ConfirmController extends Controller<HTMLFormElement> {
  static values = { dialog: String }
  declare readonly dialogValue: string

  ask(event: SubmitEvent) {
    const dialog = document.getElementById(this.dialogValue)
    if (!(dialog instanceof HTMLDialogElement)) return
    if (event.submitter && dialog.contains(event.submitter)) return dialog.close()
    event.preventDefault()
    dialog.showModal()
  }
}
