/** What one can do about what a short message says, as long as it is there. */
export interface Offer {
  label: string
  press: () => void
}

/** Shows a short message; the toast controller draws it. */
export function toast(tone: "ok" | "info" | "bad", text: string, offer?: Offer) {
  document.dispatchEvent(new CustomEvent("toast", { detail: { tone, text, offer } }))
}
