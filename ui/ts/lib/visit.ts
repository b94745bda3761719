import htmx from "htmx.org"

/** Pages whose scripts and styles are one and the same, so that from one to the other only the contents go. */
const CHANNEL = /^\/channels\/[0-9a-f-]{36}\/$/
const KEPT_MS = 3000 // that a page asked for ahead is used
const PLACES = "#places"

export const isChannel = (url: URL | Location): boolean => CHANNEL.test(url.pathname) && !url.search && url.origin === location.origin

let ahead: { url: string; at: number; page: Promise<Document | null> } | null = null

/** Asks for a page that will be opened in a moment: a button is pressed for some hundredths of a second. */
export function fetchAhead(url: string) {
  ahead = { url, at: Date.now(), page: fetched(url) }
}

/** The page of another channel, fit to stand in this one's place; null where the browser has to go there itself. */
export function page(url: string): Promise<Document | null> {
  const isFresh = ahead?.url === url && Date.now() - ahead.at < KEPT_MS
  const found = isFresh ? ahead!.page : fetched(url)
  ahead = null
  return found
}

/** Puts what a page shows in the place of what stands here; the list of places stays where the reader had it. */
export function put(page: Document) {
  const places = document.querySelector(PLACES)?.scrollTop ?? 0
  document.title = page.title
  document.body.className = page.body.className
  document.body.replaceChildren(...page.body.childNodes)
  htmx.process(document.body)
  const list = document.querySelector(PLACES)
  if (list) list.scrollTop = places
  document.getElementById("main")?.focus({ preventScroll: true })
}

/** The page at an address as it is now; null where it is no longer one of ours, or was made by another version. */
async function fetched(url: string): Promise<Document | null> {
  try {
    const answer = await fetch(url, { headers: { Accept: "text/html" } })
    if (!answer.ok || answer.redirected) return null
    const page = new DOMParser().parseFromString(await answer.text(), "text/html")
    return made(page) === made(document) ? page : null
  } catch {
    return null // out of reach: the browser finds what was kept
  }
}

/** Of which files a page is made, for whom and in which language. */
function made(page: Document): string {
  const files = [...page.querySelectorAll("head script[src], head link[rel=stylesheet]")].map((one) => one.getAttribute("src") ?? one.getAttribute("href"))
  const who = page.querySelector<HTMLMetaElement>("meta[name=person]")?.content
  const { lang, className } = page.documentElement
  return JSON.stringify([files.sort(), who, lang, className])
}
