import { Controller } from "@hotwired/stimulus"

const INK = "#111"
const PAPER = "#fff"
const WIDTH = 2.5 // of the line

/**
 * A sheet to sign on, by mouse, pen or finger; a name that is typed instead puts the drawing away.
 *
 * @example <fieldset data-controller="signature" data-signature-drawn-value="Your signature is drawn." data-signature-gone-value="…">
 *            <input type="hidden" data-signature-target="value"><div hidden data-signature-target="sheet"><canvas data-signature-target="canvas"></canvas></div>…</fieldset>
 */
export default class SignatureController extends Controller<HTMLElement> {
  static targets = ["value", "sheet", "canvas", "typed", "status", "held"]
  static values = { drawn: String, gone: String }
  declare readonly valueTarget: HTMLInputElement
  declare readonly sheetTarget: HTMLElement
  declare readonly canvasTarget: HTMLCanvasElement
  declare readonly typedTarget: HTMLInputElement
  declare readonly statusTarget: HTMLElement
  declare readonly heldTargets: HTMLElement[]
  declare readonly drawnValue: string
  declare readonly goneValue: string
  #pointer: number | null = null
  #ink: CanvasRenderingContext2D | null = null

  connect() {
    this.#ink = this.canvasTarget.getContext("2d")
    this.sheetTarget.hidden = this.#ink === null
    this.#blank()
  }

  begin(event: PointerEvent) {
    if (this.#pointer !== null || !this.#ink || event.button > 0) return
    event.preventDefault()
    this.canvasTarget.setPointerCapture(event.pointerId)
    this.#pointer = event.pointerId
    const [x, y] = this.#place(event)
    this.#ink.beginPath()
    this.#ink.moveTo(x, y)
    this.#ink.lineTo(x + 0.1, y)
    this.#ink.stroke()
  }

  go(event: PointerEvent) {
    if (event.pointerId !== this.#pointer || !this.#ink) return
    for (const one of event.getCoalescedEvents?.() ?? [event]) this.#ink.lineTo(...this.#place(one))
    this.#ink.stroke()
  }

  end(event: PointerEvent) {
    if (event.pointerId !== this.#pointer) return
    this.#pointer = null
    this.typedTarget.value = ""
    this.#keep(this.canvasTarget.toDataURL("image/png"), this.drawnValue)
  }

  clear() {
    this.#blank()
    this.#keep("", this.goneValue)
  }

  type() {
    if (!this.typedTarget.value.trim() || !this.valueTarget.value) return
    this.#blank()
    this.#keep("", this.goneValue)
  }

  #keep(value: string, said: string) {
    this.valueTarget.value = value
    this.statusTarget.textContent = said
    for (const one of this.heldTargets) one.hidden = true
  }

  #blank() {
    if (!this.#ink) return
    const { width, height } = this.canvasTarget
    this.#ink.fillStyle = PAPER
    this.#ink.fillRect(0, 0, width, height)
    Object.assign(this.#ink, { strokeStyle: INK, lineWidth: WIDTH, lineCap: "round", lineJoin: "round" })
  }

  #place(event: PointerEvent): [number, number] {
    const box = this.canvasTarget.getBoundingClientRect()
    const { width, height } = this.canvasTarget
    return [((event.clientX - box.left) * width) / box.width, ((event.clientY - box.top) * height) / box.height]
  }
}
