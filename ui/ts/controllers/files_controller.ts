import { Controller } from "@hotwired/stimulus"
import { csrfToken } from "../lib/page"
import { toast } from "../lib/toast"

/**
 * Uploads files of a form as soon as they are chosen, with their progress; each then stands in the list as a ticked box
 * that names it. Without a script they come along with the form itself.
 *
 * @example <div data-controller="files" data-files-url-value="/api/v1/approvals/definitions/6f1c/files/" data-files-name-value="f_offer"
 *             data-files-bytes-value="52428800" data-files-most-value="10"><ul data-files-target="list"></ul>
 *            <template data-files-target="item"><li><label><input type="checkbox"><span data-name></span><small></small></label><progress max="1"></progress></li></template>
 *            <input type="file" multiple data-files-target="input" data-action="files#pick"><p role="status" data-files-target="status"></p></div>
 */
export default class FilesController extends Controller<HTMLElement> {
  static targets = ["list", "item", "input", "status"]
  static values = { url: String, name: String, bytes: Number, most: Number, large: String, many: String, waiting: String }
  declare readonly listTarget: HTMLUListElement
  declare readonly itemTarget: HTMLTemplateElement
  declare readonly inputTarget: HTMLInputElement
  declare readonly statusTarget: HTMLElement
  declare readonly urlValue: string
  declare readonly nameValue: string
  declare readonly bytesValue: number
  declare readonly mostValue: number
  declare readonly largeValue: string
  declare readonly manyValue: string
  declare readonly waitingValue: string
  #form: HTMLFormElement | null = null
  #under = new Set<XMLHttpRequest>()

  connect() {
    this.#form = this.element.closest("form")
    this.#form?.addEventListener("submit", this.#hold, true)
  }

  disconnect() {
    this.#form?.removeEventListener("submit", this.#hold, true)
    for (const one of this.#under) one.abort()
  }

  pick() {
    const files = [...(this.inputTarget.files ?? [])]
    this.inputTarget.value = ""
    for (const file of files) {
      if (this.listTarget.querySelectorAll("input:checked").length >= this.mostValue) return toast("bad", this.manyValue)
      if (file.size > this.bytesValue) toast("bad", this.largeValue)
      else this.#upload(file)
    }
  }

  #hold = (event: Event) => {
    if (!this.#under.size) return
    event.preventDefault()
    event.stopImmediatePropagation()
    toast("bad", this.waitingValue)
    this.listTarget.scrollIntoView({ block: "nearest" })
  }

  #upload(file: File) {
    const item = this.itemTarget.content.firstElementChild!.cloneNode(true) as HTMLElement
    const box = item.querySelector("input")!
    const progress = item.querySelector("progress")!
    item.querySelector("[data-name]")!.textContent = file.name
    item.querySelector("small")!.textContent = written(file.size)
    this.listTarget.append(item)
    const request = new XMLHttpRequest()
    this.#under.add(request)
    request.upload.addEventListener("progress", (event) => (progress.value = event.loaded / event.total))
    request.addEventListener("load", () => {
      const said = answer(request.responseText)
      if (request.status !== 201) return this.#fail(item, file, said.errors?.[0]?.detail ?? said.title ?? String(request.status))
      Object.assign(box, { name: this.nameValue, value: said.id })
      progress.remove()
      this.statusTarget.textContent = file.name
    })
    request.addEventListener("error", () => this.#fail(item, file, document.body.dataset.unreachable ?? ""))
    request.addEventListener("loadend", () => this.#under.delete(request))
    request.open("POST", this.urlValue)
    request.setRequestHeader("X-CSRFToken", csrfToken())
    request.setRequestHeader("Accept", "application/json")
    const form = new FormData()
    form.append("file", file)
    request.send(form)
  }

  #fail(item: HTMLElement, file: File, why: string) {
    item.remove()
    toast("bad", `${file.name}: ${why}`)
  }
}

interface Answer {
  id?: string
  title?: string
  errors?: { detail: string }[]
}

function answer(text: string): Answer {
  try {
    return JSON.parse(text) as Answer
  } catch {
    return {}
  }
}

const written = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
