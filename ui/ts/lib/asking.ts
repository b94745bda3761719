/**
 * Asks in the page's dialog `#ask`, and resolves once it is closed: true only for the button that says yes. Escape, Cancel
 * and a press beside it are a no. Focus goes back to where it was.
 *
 * @example if (await asked("Delete this message?\nIts words go.", { yes: "Delete", danger: true })) …
 */
export function asked(words: string, { yes = "", danger = false } = {}): Promise<boolean> {
  const dialog = document.querySelector<HTMLDialogElement>("#ask")!
  if (dialog.open) return Promise.resolve(false)
  const [first = "", ...more] = words.split("\n").filter(Boolean)
  slot(dialog, "title").textContent = first
  slot(dialog, "more").replaceChildren(...more.map(paragraph))
  const button = slot(dialog, "yes")
  button.textContent = yes || button.dataset.usual!
  if (danger) button.dataset.tone = "danger"
  else delete button.dataset.tone
  dialog.returnValue = ""
  dialog.showModal()
  return new Promise((resolve) => {
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true })
  })
}

/** Asks whether something that others should hardly read is meant to be sent. */
export function meant(words: string): Promise<boolean> {
  const dialog = document.querySelector<HTMLDialogElement>("#ask")!
  return asked(`${slot(dialog, "title").dataset.meant}\n${words}`, { yes: slot(dialog, "yes").dataset.meant!, danger: true })
}

const slot = (dialog: HTMLElement, name: string) => dialog.querySelector<HTMLElement>(`[data-slot=${name}]`)!

function paragraph(words: string): HTMLElement {
  const line = document.createElement("p")
  line.textContent = words
  return line
}
