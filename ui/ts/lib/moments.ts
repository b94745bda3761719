import { language, timeZone } from "./page"

/**
 * Writes the times of a fragment for this reader. A fragment that is drawn once for everybody carries
 * `<time datetime data-style>` in UTC; the same styles as the template tag `when`.
 */
const parts = (moment: Date): Record<string, string> =>
  Object.fromEntries(
    new Intl.DateTimeFormat("en-GB", {
      timeZone: timeZone(),
      year: "numeric",
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    })
      .formatToParts(moment)
      .map(({ type, value }) => [type, value]),
  )

const monthNumber = (moment: Date): string =>
  new Intl.DateTimeFormat("en-GB", { timeZone: timeZone(), month: "numeric" }).format(moment)

/** The day of a moment where the reader is, e.g. "2026-11-23". */
export const dayOf = (moment: Date): string =>
  new Intl.DateTimeFormat("sv-SE", { timeZone: timeZone(), dateStyle: "short" }).format(moment)

export function written(moment: Date, style = ""): string {
  const { year, month, day, hour, minute } = parts(moment)
  const chinese = language().startsWith("zh")
  const time = `${hour}:${minute}`
  const short = chinese ? `${monthNumber(moment)}月${day}日` : `${day} ${month}`
  const long = chinese ? `${year}年${short}` : `${short} ${year}`
  if (style === "time") return time
  if (style === "day") return short
  if (style === "date") return long
  if (style === "full") return `${long} ${time}`
  const now = new Date()
  if (dayOf(moment) === dayOf(now)) return time
  return year === parts(now).year ? short : long
}

export function localize(root: ParentNode) {
  for (const time of root.querySelectorAll<HTMLTimeElement>("time[data-style]:not([data-style='ago'])")) {
    const moment = new Date(time.dateTime)
    if (!time.dateTime.includes("T") || Number.isNaN(moment.valueOf())) continue
    time.textContent = written(moment, time.dataset.style)
    time.title = written(moment, "full")
  }
}
