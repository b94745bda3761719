import { Controller } from "@hotwired/stimulus"
import { look, tell, type Carried } from "../lib/carried"
import { api } from "../lib/http"
import { csrfToken } from "../lib/page"
import { toast } from "../lib/toast"

interface Brought {
  id?: string
  request?: XMLHttpRequest
  item: HTMLElement
}

/**
 * Files that go with a message: chosen, dropped anywhere on the page, pasted, or spoken. Each is uploaded at once and
 * shown with its progress; the form then names it in `attachments`. A message that is sent sooner waits until all of it
 * is there, and then goes by itself, unless its writer goes on writing.
 *
 * @example <form data-controller="composer attach" data-attach-url-value="/api/v1/channels/6f1c/attachments/" …>
 *   <input type="file" multiple data-attach-target="input" data-action="attach#pick">
 *   <ul data-attach-target="list" hidden></ul> <template data-attach-target="item"><li>…</li></template></form>
 */
export default class AttachController extends Controller<HTMLFormElement> {
  static targets = ["input", "list", "item", "held", "record", "clock"]
  static values = {
    url: String,
    most: Number,
    bytes: Number,
    large: String,
    many: String,
    failed: String,
    remove: String,
    silent: String,
    voice: String,
  }
  declare readonly inputTarget: HTMLInputElement
  declare readonly listTarget: HTMLUListElement
  declare readonly itemTarget: HTMLTemplateElement
  declare readonly heldTarget: HTMLElement
  declare readonly recordTarget: HTMLButtonElement
  declare readonly clockTarget: HTMLElement
  declare readonly hasInputTarget: boolean
  declare readonly urlValue: string
  declare readonly mostValue: number
  declare readonly bytesValue: number
  declare readonly largeValue: string
  declare readonly manyValue: string
  declare readonly failedValue: string
  declare readonly removeValue: string
  declare readonly silentValue: string
  declare readonly voiceValue: string
  #brought = new Set<Brought>()
  #recorder: MediaRecorder | undefined
  #ticking = 0

  disconnect() {
    for (const one of this.#brought) one.request?.abort()
    this.#recorder?.stop()
    clearInterval(this.#ticking)
  }

  pick() {
    this.#bring([...(this.inputTarget.files ?? [])])
    this.inputTarget.value = ""
  }

  paste(event: ClipboardEvent) {
    const files = [...(event.clipboardData?.files ?? [])]
    if (!files.length || !this.hasInputTarget) return
    event.preventDefault()
    this.#bring(files)
  }

  over(event: DragEvent) {
    if (!event.dataTransfer?.types.includes("Files") || !this.hasInputTarget) return
    event.preventDefault()
    this.element.dataset.dropping = ""
  }

  leave(event: DragEvent) {
    if (!event.relatedTarget) delete this.element.dataset.dropping
  }

  drop(event: DragEvent) {
    delete this.element.dataset.dropping
    const files = [...(event.dataTransfer?.files ?? [])]
    if (!files.length || !this.hasInputTarget) return
    event.preventDefault()
    this.#bring(files)
  }

  /** Keeps a message back while something of it is still on its way. */
  hold(event: Event) {
    if ([...this.#brought].every((one) => one.id)) return
    event.preventDefault()
    event.stopImmediatePropagation()
    this.heldTarget.hidden = false
    this.listTarget.scrollIntoView({ block: "nearest" })
  }

  /** Whoever goes on is not done: nothing leaves by itself. */
  unhold() {
    this.heldTarget.hidden = true
  }

  /** A message that was not sent is put right: its files are here again. */
  restore({ detail }: CustomEvent<{ files: Carried[] }>) {
    for (const file of detail.files) this.#again(file)
    this.#draw()
  }

  /** The message has taken them: they are its own now. */
  clear() {
    this.#brought.clear()
    this.#draw()
    this.listTarget.replaceChildren()
  }

  async record() {
    if (this.#recorder) return this.#recorder.stop()
    let stream: MediaStream
    try {
      stream = await navigator.mediaDevices.getUserMedia({ audio: true })
    } catch {
      return toast("bad", this.silentValue)
    }
    const parts: Blob[] = []
    const began = Date.now()
    const recorder = new MediaRecorder(stream)
    const seconds = () => Math.round((Date.now() - began) / 1000)
    recorder.addEventListener("dataavailable", (event) => parts.push(event.data))
    recorder.addEventListener("stop", () => {
      for (const track of stream.getTracks()) track.stop()
      this.#recording(undefined)
      const kind = recorder.mimeType.split(";")[0] ?? ""
      const ending = kind.includes("mp4") ? "m4a" : kind.includes("ogg") ? "ogg" : "webm"
      this.#bring([new File(parts, `voice-${new Date(began).toISOString().slice(0, 19).replaceAll(":", "")}.${ending}`, { type: kind })], seconds())
    })
    recorder.start()
    this.#recording(recorder)
    const tick = () => (this.clockTarget.textContent = lasting(seconds()))
    tick()
    this.#ticking = window.setInterval(tick, 500)
  }

  #recording(recorder: MediaRecorder | undefined) {
    this.#recorder = recorder
    this.recordTarget.ariaPressed = String(!!recorder)
    this.clockTarget.hidden = !recorder
    clearInterval(this.#ticking)
  }

  #bring(files: File[], seconds?: number) {
    for (const file of files) {
      if (this.#brought.size >= this.mostValue) return toast("bad", this.manyValue)
      if (file.size > this.bytesValue) toast("bad", this.largeValue)
      else this.#upload(file, seconds)
    }
  }

  #upload(file: File, seconds?: number) {
    const request = new XMLHttpRequest()
    const item = seconds === undefined ? this.#item(file) : this.#voice(file, seconds)
    const one: Brought = { request, item }
    this.#brought.add(one)
    const progress = item.querySelector("progress")!
    request.upload.addEventListener("progress", (event) => (progress.value = event.loaded / event.total))
    request.addEventListener("load", () => {
      const said = JSON.parse(request.responseText || "{}") as { id: string; width?: number | null; height?: number | null; title?: string; errors?: { detail: string }[] }
      if (request.status !== 201) return this.#fail(one, said.errors?.[0]?.detail ?? said.title ?? String(request.status))
      one.id = said.id
      progress.remove()
      tell(item, said)
      this.#arrived()
    })
    request.addEventListener("error", () => this.#fail(one, document.body.dataset.unreachable ?? ""))
    request.open("POST", seconds === undefined ? this.urlValue : `${this.urlValue}?seconds=${seconds}`)
    request.setRequestHeader("X-CSRFToken", csrfToken())
    request.setRequestHeader("Accept", "application/json")
    const form = new FormData()
    form.append("file", file)
    request.send(form)
    item.querySelector("button")!.addEventListener("click", () => this.#drop(one))
    this.listTarget.append(item)
    this.#draw()
  }

  /** The last of those that a message waits for lets it go. */
  #arrived() {
    const goes = !this.heldTarget.hidden && [...this.#brought].every((one) => one.id)
    if (!goes) return
    this.unhold()
    this.element.requestSubmit()
  }

  #again({ id, name, note, kind, width, height }: Carried) {
    const item = this.#named(name, note)
    item.querySelector("progress")?.remove()
    const one: Brought = { id, item }
    this.#brought.add(one)
    item.dataset.kind = kind
    const picture = item.querySelector("img")!
    picture.hidden = kind !== "picture"
    if (!picture.hidden) picture.src = look(id)
    tell(item, { id, ...(width && height ? { width, height } : {}) })
    item.querySelector("button")!.addEventListener("click", () => this.#drop(one))
    this.listTarget.append(item)
  }

  #item(file: File): HTMLElement {
    const item = this.#named(file.name, written(file.size))
    if (/^image\/(png|jpeg|webp|gif)$/.test(file.type)) {
      const image = item.querySelector("img")!
      image.src = URL.createObjectURL(file)
      image.hidden = false
    }
    return item
  }

  #named(name: string, note: string): HTMLElement {
    const item = this.itemTarget.content.firstElementChild!.cloneNode(true) as HTMLElement
    item.querySelector("strong")!.textContent = name
    item.querySelector("small")!.textContent = note
    item.querySelector("button")!.setAttribute("aria-label", this.removeValue.replace("{name}", name))
    return item
  }

  /** Whoever has spoken hears it before others do. */
  #voice(file: File, seconds: number): HTMLElement {
    const item = this.#item(file)
    item.querySelector("strong")!.textContent = this.voiceValue
    item.querySelector("small")!.textContent = lasting(seconds)
    item.dataset.kind = "sound"
    const sound = document.createElement("audio")
    Object.assign(sound, { controls: true, src: URL.createObjectURL(file), ariaLabel: this.voiceValue })
    item.querySelector("span")!.after(sound)
    return item
  }

  #fail(one: Brought, why: string) {
    toast("bad", this.failedValue.replace("{why}", why))
    this.#brought.delete(one)
    one.item.remove()
    this.unhold()
    this.#draw()
  }

  #drop(one: Brought) {
    one.request?.abort()
    this.#brought.delete(one)
    one.item.remove()
    this.unhold()
    this.#draw()
    if (one.id) void api("DELETE", `/api/v1/attachments/${one.id}/`).catch(() => {})
  }

  #draw() {
    this.listTarget.hidden = !this.#brought.size
  }
}

const lasting = (seconds: number): string => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`

const written = (bytes: number): string =>
  bytes < 1024 * 1024 ? `${Math.ceil(bytes / 1024)} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`
