import { forget, forgetKept, kept } from "./kept"
import { person } from "./page"
import { listen } from "./socket"
import { throttle } from "./throttle"

const WORKER = "/service-worker.js"
const ALLOWED = "/offline/channels/"

/** Lets go of what this reader may not keep any more; what cannot be asked now is asked with the next page. */
async function sortOut() {
  const channels = (await kept()).map((one) => one.channel)
  if (!channels.length) return
  const answer = await fetch(`${ALLOWED}?channels=${channels.join()}`, { headers: { Accept: "application/json" } })
  if (!answer.ok || answer.redirected) return
  const { channels: allowed } = (await answer.json()) as { channels: string[] }
  for (const one of channels) if (!allowed.includes(one)) await forget(one)
}

/** Has this browser show what it keeps when there is no connection, and keep nothing of anybody but its reader. */
export async function tendKept() {
  const me = person()
  if (!me) return forgetKept()
  if ((await kept()).some((one) => one.person !== me)) await forgetKept()
  const again = throttle(() => void sortOut().catch(() => {}), 2000)
  again()
  listen("me", "channel.changed", again)
  if (!("serviceWorker" in navigator)) return
  const registration = await navigator.serviceWorker.register(WORKER)
  ;(await navigator.serviceWorker.ready, registration).active?.postMessage("refresh")
}
