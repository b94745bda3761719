import { Controller } from "@hotwired/stimulus"
import { meant } from "../lib/asking"
import { csrfToken } from "../lib/page"
import { toast } from "../lib/toast"

const ASKS = 409 // whether it is meant

/**
 * Asks when: a button says with `url` where the dialog `#later` posts to and gives it its name, one in the composer sends its words along, and
 * the form tells how it went without leaving the page (`later:sent` {url} on the document).
 *
 * @example <button data-action="later#aim dialog#open" data-dialog-id-param="later" data-later-url-param="/messages/6f1c/saved/">…</button>
 *          <form data-controller="later" data-action="submit->later#send">…</form>
 */
export default class LaterController extends Controller<HTMLElement> {
  aim({ params, currentTarget }: { params: { url: string }; currentTarget: HTMLElement }) {
    const form = document.querySelector<HTMLFormElement>("#later form")
    if (!form) return
    form.reset()
    form.action = params.url
    this.#entitle(form, currentTarget.getAttribute("aria-label") ?? "")
    form.querySelector("[data-carried]")?.replaceChildren(...this.#carried(currentTarget.closest<HTMLFormElement>("form.composer")))
  }

  /** It is called as the button that opened it. */
  #entitle(form: HTMLFormElement, name: string) {
    for (const place of [form.closest("dialog")?.querySelector("h2"), form.querySelector("[type=submit]")]) if (place && name) place.textContent = name
  }

  /** What the composer holds goes along. */
  #carried(composer: HTMLFormElement | null): HTMLElement[] {
    if (!composer) return []
    const said = new FormData(composer)
    const files = said.getAll("attachments").map((one) => ["attachments", one] as const)
    return [...(["body", "reply_to"] as const).map((name) => [name, said.get(name) ?? ""] as const), ...files].map(([name, value]) => {
      const field = document.createElement("textarea")
      field.name = name
      field.value = String(value)
      return field
    })
  }

  async send(event: SubmitEvent) {
    event.preventDefault()
    await this.#send(event.currentTarget as HTMLFormElement, false)
  }

  /** What others should not read is asked about, as the composer does; then it goes as meant. */
  async #send(form: HTMLFormElement, confirm: boolean): Promise<void> {
    const said = new FormData(form)
    if (confirm) said.set("confirm", "1")
    try {
      const answer = await fetch(form.action, {
        method: "POST",
        body: said,
        headers: { "HX-Request": "true", "X-CSRFToken": csrfToken() },
      })
      const words = answer.headers.get("Content-Type")?.startsWith("text/plain") ? await answer.text() : String(answer.status)
      if (answer.status === ASKS && !confirm) {
        if (await meant(words)) await this.#send(form, true)
        return
      }
      toast(answer.ok ? "ok" : "bad", words)
      if (!answer.ok) return
      form.closest("dialog")?.close()
      this.dispatch("sent", { target: document, detail: { url: form.action } })
    } catch {
      toast("bad", document.body.dataset.unreachable ?? "")
    }
  }
}
