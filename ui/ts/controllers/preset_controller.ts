import { Controller } from "@hotwired/stimulus"

/**
 * Fills a form in with what people say most; a button's params are the fields' names.
 *
 * @example <form data-controller="preset"><button type="button" data-action="preset#take" data-preset-words-param="At lunch">…</button>
 *            <input name="words"></form>
 */
export default class PresetController extends Controller<HTMLFormElement> {
  take({ params }: { params: Record<string, unknown> }) {
    for (const [name, value] of Object.entries(params)) {
      const field = this.element.elements.namedItem(name)
      if (field instanceof HTMLInputElement || field instanceof HTMLSelectElement) field.value = String(value)
    }
    this.element.querySelector<HTMLInputElement>("[name=words]")?.focus()
  }
}
