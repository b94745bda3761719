import { Controller } from "@hotwired/stimulus"
import type SortableType from "sortablejs"
import type { SortableEvent } from "sortablejs"
import { draft, keepDraft } from "../lib/drafts"
import { csrfToken } from "../lib/page"
import { toast } from "../lib/toast"

const MOST_STEPS = 100 // that can be undone

/**
 * The designer of a form: sends each change, puts in what the server has drawn, keeps focus and scroll where they were,
 * undoes and redoes, and keeps what was not saved in this browser. The whole design is the JSON in `body`. What stands in a
 * `data-list` is dragged by its `data-grip`, as well as moved by button.
 *
 * @example <div data-controller="designer" data-designer-place-value="design:6f1c"><form data-designer-target="form"
 *            data-action="submit->designer#submit change->designer#change"><textarea data-designer-target="body" data-saved>…</textarea></form></div>
 */
export default class DesignerController extends Controller<HTMLElement> {
  static targets = ["form", "body", "json", "undo", "redo", "said", "restore", "trial"]
  static values = { place: String, unreachable: String }
  declare readonly formTarget: HTMLFormElement
  declare readonly bodyTarget: HTMLTextAreaElement
  declare readonly undoTarget: HTMLButtonElement
  declare readonly redoTarget: HTMLButtonElement
  declare readonly saidTarget: HTMLElement
  declare readonly restoreTarget: HTMLElement
  declare readonly trialTarget: HTMLElement
  declare readonly placeValue: string
  declare readonly unreachableValue: string
  #steps: string[] = []
  #now = 0
  #turn: Promise<void> = Promise.resolve()
  #Sortable: typeof SortableType | null = null
  #lists: SortableType[] = []

  connect() {
    this.#steps = [this.bodyTarget.value]
    const kept = draft(this.placeValue)
    this.restoreTarget.hidden = !kept?.text || kept.text === this.bodyTarget.value
    this.#mark()
    void import("sortablejs").then((found) => {
      this.#Sortable = found.default
      this.#loosen()
    })
  }

  disconnect() {
    for (const one of this.#lists) one.destroy()
  }

  submit(event: SubmitEvent) {
    const button = event.submitter as HTMLButtonElement | null
    event.preventDefault()
    if (button?.value === "trial") this.#queue(() => this.#try(button.formAction, new FormData(this.formTarget)))
    else this.#queue(() => this.#send(button ? { [button.name]: button.value } : {}))
  }

  /** What was filled in goes into the design at once; JSON waits until it is taken over. */
  change(event: Event) {
    const input = event.target as HTMLInputElement
    if (input.name && input.name !== "json") this.#queue(() => this.#send({ edit: "" }))
  }

  trial(event: SubmitEvent) {
    const form = event.target as HTMLFormElement
    event.preventDefault()
    this.#queue(() => this.#try(form.action, new FormData(form)))
  }

  undo() {
    this.#go(-1)
  }

  redo() {
    this.#go(1)
  }

  restore() {
    const kept = draft(this.placeValue)
    this.restoreTarget.hidden = true
    if (kept?.text) this.#queue(() => this.#send({ undo: "1" }, kept.text))
  }

  forget() {
    keepDraft(this.placeValue, { text: "", at: new Date().toISOString() })
    this.restoreTarget.hidden = true
  }

  // ── Dragging: steps among all ways, the others within their list ──────────
  #loosen() {
    if (!this.#Sortable) return
    const animation = matchMedia("(prefers-reduced-motion: reduce)").matches ? 0 : 150
    this.#lists = [...this.formTarget.querySelectorAll<HTMLElement>("[data-list]")].map((list) =>
      this.#Sortable!.create(list, {
        group: list.dataset.list!.startsWith("/flow") ? "steps" : undefined,
        draggable: ">li",
        handle: "[data-grip]",
        forceFallback: true, // by pointer events: touch and every browser alike
        fallbackTolerance: 5,
        swapThreshold: 0.65,
        delay: 250, // a finger that only scrolls lifts nothing
        delayOnTouchOnly: true,
        animation,
        onEnd: (event) => this.#put(event),
      }),
    )
  }

  /** Says to the server where it was put; the page is drawn anew from the answer, or is as it was. */
  #put({ item, from, to, oldDraggableIndex: old, newDraggableIndex: now }: SortableEvent) {
    const place = item.dataset.place
    if (!place || old === undefined || now === undefined || (from === to && old === now)) return
    const others = [...from.children].filter((one) => one !== item)
    from.insertBefore(item, others[old] ?? null)
    const n = from === to && now > old ? now + 1 : now
    this.#queue(() => this.#send({ edit: `move ${place} ${to.dataset.list}/${n}` }))
  }

  // ── Asking and drawing ────────────────────────────────────────────────────
  /** One change after the other: each begins with what the one before has left on the page. */
  #queue(work: () => Promise<void>) {
    this.#turn = this.#turn.then(work).catch(() => toast("bad", this.unreachableValue))
  }

  #go(by: number) {
    this.#queue(async () => {
      const step = this.#steps[this.#now + by]
      if (step === undefined) return
      this.#now += by
      await this.#send({ undo: "1" }, step, true)
    })
  }

  async #send(more: Record<string, string>, body?: string, isKnown = false) {
    const form = new FormData(this.formTarget)
    if (more.edit !== "json") form.delete("json")
    for (const [name, value] of Object.entries(more)) form.set(name, value)
    if (body !== undefined) form.set("body", body)
    const answer = await this.#ask(this.formTarget.action, form)
    if (answer === null) return
    const before = this.bodyTarget.dataset.at
    const back = this.#whereAmI()
    this.disconnect()
    this.formTarget.innerHTML = answer
    this.#loosen()
    this.#note(isKnown)
    this.saidTarget.textContent = this.bodyTarget.dataset.said || this.formTarget.querySelector(".designer-note")?.textContent || ""
    const isElsewhere = this.bodyTarget.dataset.at !== before
    const conflict = this.formTarget.querySelector<HTMLElement>("#conflict-title")
    if (conflict) conflict.focus()
    else back(isElsewhere && more.edit ? this.formTarget.querySelector<HTMLElement>("#panel-title") : null)
  }

  async #try(action: string, form: FormData) {
    form.delete("json")
    const answer = await this.#ask(action, form)
    if (answer === null) return
    this.trialTarget.innerHTML = answer
    const end = this.trialTarget.querySelector<HTMLElement>(".sim") ?? this.trialTarget.querySelector<HTMLElement>("#trial-title")
    end?.setAttribute("tabindex", "-1")
    end?.focus()
    end?.scrollIntoView({ block: "nearest" })
  }

  /** Returns what was drawn, or null where it leads to another page or was refused as a whole. */
  async #ask(action: string, body: FormData): Promise<string | null> {
    const headers = { "HX-Request": "true", "X-CSRFToken": csrfToken() }
    const response = await fetch(action, { method: "POST", body, headers })
    const where = response.headers.get("HX-Redirect")
    if (where) {
      if (response.status === 204) this.forget()
      location.assign(where)
      return null
    }
    const text = await response.text()
    if (text && [200, 409, 422].includes(response.status)) return text
    const said = JSON.parse(response.headers.get("HX-Trigger") ?? "{}") as { toast?: { text: string } }
    toast("bad", said.toast?.text ?? this.unreachableValue)
    return null
  }

  /** Remembers the step, and in this browser what was not saved. */
  #note(isKnown: boolean) {
    const body = this.bodyTarget.value
    if (!isKnown && body !== this.#steps[this.#now]) {
      this.#steps = [...this.#steps.slice(0, this.#now + 1), body].slice(-MOST_STEPS)
      this.#now = this.#steps.length - 1
    }
    const text = this.bodyTarget.dataset.saved === undefined ? body : ""
    keepDraft(this.placeValue, { text, at: new Date().toISOString() })
    this.restoreTarget.hidden = true
    this.#mark()
  }

  #mark() {
    this.undoTarget.disabled = this.#now === 0
    this.redoTarget.disabled = this.#now >= this.#steps.length - 1
  }

  /** Returns what puts focus, half-typed words, scroll and folds back after all has been drawn anew. */
  #whereAmI(): (first: HTMLElement | null) => void {
    const active = this.formTarget.contains(document.activeElement) ? (document.activeElement as HTMLInputElement) : null
    const typed = active && "defaultValue" in active && active.value !== active.defaultValue ? active.value : null
    const scrolled = [...this.formTarget.querySelectorAll<HTMLElement>("[data-keep]")].map((one) => [one.dataset.keep!, one.scrollTop, one.scrollLeft] as const)
    const folds = new Map(this.#folds().map((one) => [one.name, one.details.open]))
    return (first) => {
      if (!first) for (const { name, details } of this.#folds()) details.open = folds.get(name) ?? details.open
      for (const [name, top, left] of scrolled) {
        const one = this.formTarget.querySelector<HTMLElement>(`[data-keep="${name}"]`)
        if (one) [one.scrollTop, one.scrollLeft] = [top, left]
      }
      const same = active && this.#likewise(active)
      if (first) first.focus()
      else same?.focus()
      if (!first && same && typed !== null && same.value !== typed) same.value = typed
    }
  }

  /** What can be folded, each by its words and its place among those of the same words. */
  #folds(): { name: string; details: HTMLDetailsElement }[] {
    const seen = new Map<string, number>()
    return [...this.formTarget.querySelectorAll<HTMLDetailsElement>("details")].map((details) => {
      const words = details.querySelector("summary")?.textContent?.trim() ?? ""
      seen.set(words, (seen.get(words) ?? 0) + 1)
      return { name: `${words} ${seen.get(words)}`, details }
    })
  }

  /** The input or button that stands where another stood: of the same name, and for buttons of the same meaning. */
  #likewise(old: HTMLInputElement): HTMLInputElement | null {
    const all = [...this.formTarget.querySelectorAll<HTMLInputElement>("input, select, textarea, button, summary")]
    const isButton = old.tagName === "BUTTON"
    const named = all.filter((one) => one.tagName === old.tagName && one.name === old.name && (old.id ? one.id === old.id : true))
    const found = named.find((one) => (isButton || old.type === "checkbox" ? one.value === old.value : true) && one.type !== "hidden")
    return found ?? null
  }
}
