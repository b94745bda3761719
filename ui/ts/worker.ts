/**
 * Shows what is pushed while no page of ours is open, and opens what it is about. It keeps nothing and fetches nothing.
 *
 * A worker has other globals than a page; those in use are named here, so that one configuration serves both.
 */
type Told = { title: string; url: string; tag: string; language: string; always?: boolean }
type Page = { focused: boolean; focus(): Promise<Page>; navigate(url: string): Promise<Page | null> }
type Lasting = Event & { waitUntil(done: Promise<unknown>): void }
type Pushed = Lasting & { data: { json(): Told } | null }
type Clicked = Lasting & { notification: Notification }

const worker = self as unknown as {
  registration: ServiceWorkerRegistration
  clients: {
    matchAll(which: { type: "window"; includeUncontrolled: boolean }): Promise<Page[]>
    openWindow(url: string): Promise<Page | null>
  }
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

worker.addEventListener("push", (event) => {
  if (event.data) event.waitUntil(show(event.data.json()))
})

worker.addEventListener("notificationclick", (event) => {
  event.notification.close()
  const url = new URL(event.notification.data, location.origin)
  if (url.origin === location.origin) event.waitUntil(open(url.href))
})
