import { Controller } from "@hotwired/stimulus"
import { readTabbed, writeTabbed } from "../lib/tabbed"

type Box = HTMLInputElement | HTMLSelectElement

/**
 * Makes a grid of a text of rows, and keeps the text, which is what the form sends. Rows are pasted as spreadsheets
 * copy them; Enter and the arrows go from row to row. What the form computes comes into `results`.
 *
 * @example <div data-controller="rows" data-rows-most-value="500"><div data-rows-target="plain"><textarea></textarea></div>
 *            <div data-rows-target="grid" hidden><table><tbody data-rows-target="body"></tbody></table>
 *            <template data-rows-target="template"><tr><th></th><td><input data-column="item"></td></tr></template></div></div>
 */
export default class RowsController extends Controller<HTMLElement> {
  static targets = ["plain", "grid", "body", "template", "add", "count", "results", "label"]
  static values = { most: Number, wrong: { type: Array, default: [] } }
  declare readonly plainTarget: HTMLElement
  declare readonly gridTarget: HTMLElement
  declare readonly bodyTarget: HTMLTableSectionElement
  declare readonly templateTarget: HTMLTemplateElement
  declare readonly addTarget: HTMLButtonElement
  declare readonly countTarget: HTMLElement
  declare readonly resultsTarget: HTMLElement
  declare readonly hasBodyTarget: boolean
  declare readonly mostValue: number
  declare readonly wrongValue: string[]

  get #text() {
    return this.plainTarget.querySelector("textarea") as HTMLTextAreaElement
  }

  connect() {
    const rows = readTabbed(this.#text.value)
    this.bodyTarget.replaceChildren()
    for (const cells of rows.length ? rows : [[]]) this.#append(cells)
    this.plainTarget.hidden = true
    this.gridTarget.hidden = false
    for (const one of this.wrongValue) this.#mark(one)
    this.#count()
    this.#show()
  }

  resultsTargetConnected() {
    if (this.hasBodyTarget) this.#show()
  }

  write() {
    const rows = this.#rows.map((row) => boxes(row).map(said))
    this.#text.value = writeTabbed(rows.filter((row) => row.some((cell) => cell !== "")))
  }

  /** The grid's own changes are those of the text. */
  changed(event: Event) {
    ;(event.target as HTMLElement).removeAttribute("aria-invalid")
    this.write()
  }

  add() {
    if (this.#rows.length >= this.mostValue) return
    boxes(this.#append([]))[0]?.focus()
    this.#count()
  }

  remove(event: Event) {
    const row = (event.currentTarget as HTMLElement).closest("tr") as HTMLTableRowElement
    const next = (row.nextElementSibling ?? row.previousElementSibling) as HTMLTableRowElement | null
    row.remove()
    if (!next) this.#append([])
    ;(next ?? this.#rows[0])?.querySelector<HTMLElement>("button")?.focus()
    this.#settle()
  }

  paste(event: ClipboardEvent) {
    const text = event.clipboardData?.getData("text/plain") ?? ""
    const box = (event.target as HTMLElement).closest<Box>("[data-column]")
    if (!box || !/[\t\n]/.test(text.trimEnd())) return
    event.preventDefault()
    const from = box.closest("tr") as HTMLTableRowElement
    const column = boxes(from).indexOf(box)
    let place = this.#rows.indexOf(from)
    for (const cells of readTabbed(text)) {
      if (place >= this.mostValue) break
      const row = this.#rows[place++] ?? this.#append([])
      boxes(row).slice(column).forEach((one, at) => cells[at] !== undefined && put(one, cells[at]))
    }
    this.#settle()
  }

  move(event: KeyboardEvent) {
    const box = event.target as Box
    const step = event.key === "ArrowUp" ? -1 : ["ArrowDown", "Enter"].includes(event.key) ? 1 : 0
    const isText = box instanceof HTMLInputElement && ["text", "checkbox"].includes(box.type)
    if (!step || !box.dataset.column || event.isComposing || (event.key !== "Enter" && !isText)) return
    event.preventDefault()
    const row = box.closest("tr") as HTMLTableRowElement
    const place = this.#rows.indexOf(row) + step
    if (place === this.#rows.length && event.key === "Enter" && place < this.mostValue) {
      this.#append([])
      this.#count()
    }
    if (this.#rows[place]) boxes(this.#rows[place])[boxes(row).indexOf(box)]?.focus()
  }

  get #rows() {
    return [...this.bodyTarget.rows]
  }

  #append(cells: string[]) {
    const row = (this.templateTarget.content.cloneNode(true) as DocumentFragment).querySelector("tr") as HTMLTableRowElement
    this.bodyTarget.append(row)
    const found = boxes(row)
    cells.forEach((cell, place) => found[place] && put(found[place], cell))
    return row
  }

  /** Rows have come or gone: the text follows, and who computes from it learns of it. */
  #settle() {
    this.write()
    this.#count()
    this.#text.dispatchEvent(new Event("change", { bubbles: true }))
  }

  #count() {
    this.#rows.forEach((row, place) => {
      ;(row.querySelector("th") as HTMLElement).textContent = String(place + 1)
    })
    this.countTarget.textContent = (this.countTarget.dataset.words ?? "").replace("{n}", String(this.#rows.length))
    this.addTarget.disabled = this.#rows.length >= this.mostValue
  }

  /** Results come for the rows that hold something, in their order. */
  #show() {
    const results = JSON.parse(this.resultsTarget.dataset.results || "[]") as Record<string, string>[]
    let place = 0
    for (const row of this.#rows) {
      const found = boxes(row).some((one) => said(one) !== "") ? results[place++] : undefined
      for (const output of row.querySelectorAll("output")) output.value = found?.[output.dataset.column ?? ""] ?? "—"
    }
  }

  #mark(wrong: string) {
    const [row = "", column = ""] = wrong.split(":")
    this.#rows[Number(row)]?.querySelector(`[data-column="${CSS.escape(column)}"]`)?.setAttribute("aria-invalid", "true")
  }
}

function boxes(row: HTMLTableRowElement): Box[] {
  return [...row.querySelectorAll<Box>("input[data-column], select[data-column]")]
}

function said(box: Box): string {
  if (box instanceof HTMLInputElement && box.type === "checkbox") return box.checked ? "true" : ""
  return box.value.trim()
}

/** What a date box or a list does not take is looked for among the names; a text box takes all. */
function put(box: Box, cell: string) {
  const words = cell.trim()
  if (box instanceof HTMLSelectElement) {
    const found = [...box.options].find((one) => one.value === words || one.text.trim() === words)
    box.value = found?.value ?? ""
  } else if (box.type === "checkbox") {
    box.checked = ["true", "yes", "1", "x", "✓", "是", "有"].includes(words.toLowerCase())
  } else if (box.type === "date") {
    const day = /^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})/.exec(words)
    box.value = day ? day.slice(1, 4).map((part) => part.padStart(2, "0")).join("-") : ""
  } else if (box.type === "datetime-local") {
    box.value = words.replace(" ", "T").slice(0, 16)
  } else {
    box.value = words.replace(/\s*[\r\n]+\s*/g, " ")
  }
}
