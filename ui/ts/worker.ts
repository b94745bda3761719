/**
 * Shows what is pushed while no page of ours is open, and opens what it is about. Where a page cannot be fetched, it
 * answers with one that shows what the browser has kept; of that it knows nothing itself.
 *
 * A worker has other globals than a page; those in use are named here, so that one configuration serves both.
 */
type Told = { title: string; url: string; tag: string; language: string; always?: boolean }
type Page = { focused: boolean; focus(): Promise<Page>; navigate(url: string): Promise<Page | null> }
type Lasting = Event & { waitUntil(done: Promise<unknown>): void }
type Pushed = Lasting & { data: { json(): Told } | null }
type Clicked = Lasting & { notification: Notification }
type Asked = Lasting & { request: Request; preloadResponse: Promise<Response | undefined>; respondWith(answer: Promise<Response>): void }

const worker = self as unknown as {
  registration: ServiceWorkerRegistration
  clients: {
    matchAll(which: { type: "window"; includeUncontrolled: boolean }): Promise<Page[]>
    openWindow(url: string): Promise<Page | null>
  }
  skipWaiting(): Promise<void>
  addEventListener(type: "install" | "activate" | "message", hear: (event: Lasting) => void): void
  addEventListener(type: "fetch", hear: (event: Asked) => void): void
  addEventListener(type: "push", hear: (event: Pushed) => void): void
  addEventListener(type: "notificationclick", hear: (event: Clicked) => void): void
}

const pages = () => worker.clients.matchAll({ type: "window", includeUncontrolled: true })

async function show({ title, url, tag, language, always }: Told) {
  if (!always && (await pages()).some((page) => page.focused)) return // they are here; the page tells them
  await worker.registration.showNotification(title, { tag, lang: language, icon: "/static/favicon.svg", data: url })
}

async function open(url: string) {
  const [page] = await pages()
  if (!page) return worker.clients.openWindow(url)
  await page.focus()
  return page.navigate(url).catch(() => worker.clients.openWindow(url)) // none that we may steer
}

const CACHE = "collab-offline"
const PAGE = "/offline/"

/** Keeps the page that needs no connection, and the files that it is made of; those of an older one go. */
async function refresh() {
  const page = await fetch(PAGE, { cache: "no-store" })
  if (!page.ok || page.redirected) return
  const words = await page.clone().text()
  const files = [...words.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)].map(([, file]) => file!)
  const cache = await caches.open(CACHE)
  for (const one of await cache.keys()) {
    const { pathname } = new URL(one.url)
    if (pathname !== PAGE && !files.includes(pathname)) await cache.delete(one)
  }
  for (const file of files) if (!(await cache.match(file))) await cache.add(file)
  await cache.put(PAGE, page)
}

async function page(event: Asked): Promise<Response> {
  try {
    return (await event.preloadResponse) ?? (await fetch(event.request))
  } catch (refusal) {
    const kept = await caches.match(PAGE)
    if (kept) return kept
    throw refusal
  }
}

worker.addEventListener("install", (event) => event.waitUntil(refresh().then(() => worker.skipWaiting())))
worker.addEventListener("activate", (event) => event.waitUntil(worker.registration.navigationPreload?.enable() ?? Promise.resolve()))
worker.addEventListener("message", (event) => event.waitUntil(refresh().catch(() => {})))
worker.addEventListener("fetch", (event) => {
  const { mode, destination, url, method } = event.request
  if (method !== "GET") return
  if (mode === "navigate") event.respondWith(page(event))
  else if (["script", "style"].includes(destination) && new URL(url).pathname.startsWith("/static/"))
    event.respondWith(caches.match(event.request).then((kept) => kept ?? fetch(event.request)))
})

worker.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(show(event.data.json()))
})

worker.addEventListener("notificationclick", (event) => {
  event.notification.close()
  const url = new URL(event.notification.data, location.origin)
  if (url.origin === location.origin) event.waitUntil(open(url.href))
})
