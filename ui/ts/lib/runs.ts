const WITHIN_MS = 5 * 60_000
const BEGINS = ":scope > .msg-body > :is(.quote, .poll, .ask, .msg-gone)"
const GONE = ":scope > .msg-body > .msg-gone"
const MARKS = ":scope > .msg-body > .msg-head > :is(h2, .tag, .ext, .msg-org)"

/**
 * Joins what one person says within a few minutes: the first row of a run shows who speaks, the others, `.is-joined`,
 * their words alone. Watches the list, so it holds whoever puts rows in, draws them anew or takes them away.
 *
 * @returns settle: what the next drawing would show, now, for whoever measures; end.
 */
export function joinRuns(list: HTMLElement): { settle: () => void; end: () => void } {
  const watch = new MutationObserver((records) => touched(list, records).forEach(decide))
  for (const row of list.querySelectorAll(":scope > .msg")) decide(row)
  watch.observe(list, { childList: true, subtree: true, attributeFilter: ["class"] })
  return { settle: () => touched(list, watch.takeRecords()).forEach(decide), end: () => watch.disconnect() }
}

/** The rows that changed, and what stands after each: it may have lost the one that it followed. */
function touched(list: HTMLElement, records: MutationRecord[]): Set<Element> {
  const rows = new Set<Element | null>()
  const add = (node: Node | null) => {
    const row = node instanceof Element ? node : ((node as Text | null)?.nextElementSibling ?? null)
    rows.add(row).add(row?.nextElementSibling ?? null)
  }
  for (const { target, addedNodes, nextSibling } of records) {
    if (target !== list) add((target as Element).closest(".msg"))
    else [...addedNodes, nextSibling].forEach(add)
  }
  return new Set([...rows].filter((row) => row !== null && row.parentElement === list && row.matches(".msg"))) as Set<Element>
}

function decide(row: Element) {
  row.classList.toggle("is-joined", follows(row as HTMLElement, row.previousElementSibling as HTMLElement | null))
}

/** A day's line or that of what is new stands between two rows, and so divides them. */
function follows(row: HTMLElement, before: HTMLElement | null): boolean {
  if (!before?.matches(".msg") || row.dataset.author !== before.dataset.author || row.dataset.thread !== before.dataset.thread) return false
  const apart = Math.abs(Date.parse(row.dataset.at ?? "") - Date.parse(before.dataset.at ?? ""))
  if (!(apart < WITHIN_MS) || row.querySelector(BEGINS) || before.querySelector(GONE)) return false
  const waits = row.dataset.key ?? before.dataset.key // one's own, as this page drew it
  return waits !== undefined || marks(row) === marks(before)
}

/** Whom a row names, and for which company: who changes it in between is named again. */
const marks = (row: HTMLElement): string => [...row.querySelectorAll(MARKS)].map((one) => one.textContent).join("\n")
