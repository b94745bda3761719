/** A file that goes with a message, as its writer's page shows it until the server has the message. */
export interface Carried {
  id: string
  name: string
  /** How large it is, or how long. */
  note: string
  kind: "file" | "picture" | "sound"
  width?: number
  height?: number
}

const NAMED = "input[name=attachments]"

/** Pictures as this page has them; out of reach too. The browser lets go of them with the page. */
const own = new Map<string, string>()
export const look = (id: string) => own.get(id) ?? `/attachments/${id}/preview/`

/** Says on a file's item what the server told of it. */
export function tell(item: HTMLElement, { id, width, height }: { id: string; width?: number | null; height?: number | null }) {
  const named = document.createElement("input")
  Object.assign(named, { type: "hidden", name: "attachments", value: id })
  item.append(named)
  if (!width || !height) return
  Object.assign(item.dataset, { kind: "picture", width, height })
  const picture = item.querySelector("img")
  if (picture?.src) own.set(id, picture.src)
}

/** What the items of a list bring along. */
export function carriedIn(form: HTMLElement): Carried[] {
  return [...form.querySelectorAll<HTMLInputElement>(NAMED)].map((named) => {
    const item = named.closest("li")!
    const { kind = "file", width, height } = item.dataset
    const size = width && height ? { width: Number(width), height: Number(height) } : {}
    return { id: named.value, name: words(item, "strong"), note: words(item, "small"), kind: kind as Carried["kind"], ...size }
  })
}

/** Draws files into a waiting row: its list holds one item of each kind as a pattern. */
export function drawCarried(row: HTMLElement, files: readonly Carried[]) {
  const list = row.querySelector<HTMLElement>("[data-slot=files]")
  if (!list) return
  const patterns = [...list.children] as HTMLElement[]
  list.replaceChildren(...files.map((file) => drawn(file, patterns)))
  list.hidden = !files.length
}

function drawn(file: Carried, patterns: HTMLElement[]): HTMLElement {
  const item = patterns.find((one) => one.dataset.kind === file.kind)!.cloneNode(true) as HTMLElement
  const picture = item.querySelector("img")
  if (picture) {
    const { width = 0, height = 0 } = file
    Object.assign(picture, { alt: file.name, width, height, src: look(file.id) })
    return item
  }
  item.querySelector("strong")!.textContent = file.name
  item.querySelector("small")!.textContent = file.note
  return item
}

const words = (item: Element, tag: string) => item.querySelector(tag)?.textContent ?? ""
