import { Controller } from "@hotwired/stimulus"

const CAN_HOVER = matchMedia("(hover: hover)")

/**
 * Opens and closes the dialogs of a page; sits on <body>. A dialog also opens by its address (`#invite`)
 * and, as target `open`, together with the page. An opened dialog hears `dialog:open`.
 *
 * @example <button data-action="dialog#open" data-dialog-id-param="invite">…</button>
 *          <dialog id="invite">… <button data-action="dialog#close">…</button></dialog>
 */
export default class DialogController extends Controller<HTMLElement> {
  static targets = ["open"]

  connect() {
    addEventListener("hashchange", this.#named)
    this.element.addEventListener("pointerdown", this.#outside)
    this.#named()
  }

  disconnect() {
    removeEventListener("hashchange", this.#named)
    this.element.removeEventListener("pointerdown", this.#outside)
  }

  openTargetConnected(dialog: HTMLDialogElement) {
    dialog.open = false // the page opened it for those without scripts; now it stands above the page
    this.#show(dialog)
  }

  open({ params }: { params: { id?: string } }) {
    this.#show(document.getElementById(params.id ?? ""))
  }

  close(event: Event) {
    ;(event.target as Element).closest("dialog")?.close()
  }

  #named = () => {
    const id = decodeURIComponent(location.hash.slice(1))
    if (id) this.#show(document.getElementById(id))
  }

  #outside = (event: Event) => {
    if (event.target instanceof HTMLDialogElement && event.target.open) event.target.close()
  }

  /** Where writing begins: what is wrong, else the first field; on a touch screen nothing pulls up the keyboard. */
  #start(dialog: HTMLDialogElement) {
    const wrong = dialog.querySelector<HTMLElement>("[aria-invalid='true']")
    if (wrong || !CAN_HOVER.matches) return wrong
    return dialog.querySelector<HTMLElement>(".modal-body :is(input:not([type='hidden']), select, textarea)")
  }

  #show(dialog: Element | null) {
    if (!(dialog instanceof HTMLDialogElement) || dialog.open) return
    dialog.showModal()
    this.#start(dialog)?.focus()
    this.dispatch("open", { target: dialog })
  }
}
