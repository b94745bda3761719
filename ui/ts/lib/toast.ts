/** Shows a short message; the toast controller draws it. */
export function toast(tone: "ok" | "info" | "bad", text: string) {
  document.dispatchEvent(new CustomEvent("toast", { detail: { tone, text } }))
}
