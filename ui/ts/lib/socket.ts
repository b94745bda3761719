/**
 * The one socket of this tab, at /ws/v1/. It opens with the first subscription, comes back by itself,
 * and resumes every topic at the last event that arrived, so nothing is missed and nothing comes twice.
 *
 * @example
 * const leave = subscribe("channel:6f1c", { since: 57, as: "html", receive: (frame) => …, recover: (since) => … })
 */
export interface Frame {
  type: string
  topic: string
  seq?: number | null
  data?: Record<string, any>
  html?: string
  reason?: string
}

export interface Subscription {
  /** Number of the last event already shown; null: only what comes from now on. */
  since?: number | null
  as?: "json" | "html"
  receive: (frame: Frame) => void
  /** Returns the events after `since`, asked over HTTP; called after a gap. Without it the topic is subscribed anew. */
  recover?: (since: number) => Promise<Frame[]>
}

export type State = "connecting" | "online" | "offline" | "refused"

interface Topic {
  name: string
  last: number | null
  as: "json" | "html"
  listeners: Set<Subscription>
  /** Frames that wait while the topic catches up; null when it is not catching up. */
  held: Frame[] | null
}

const PING_MS = 25_000
const FIRST_WAIT_MS = 500
const LONGEST_WAIT_MS = 30_000
const REFUSED = 4401

const topics = new Map<string, Topic>()
const watchers = new Set<(state: State) => void>()
let socket: WebSocket | null = null
let state: State = "connecting"
let tries = 0
let timer = 0
let beat = 0

/** What is known of one person; `state` null: not to be seen any more. Later words add to earlier ones. */
export interface Person {
  id: string
  state?: "online" | "away" | "off" | null
  time_zone?: string
  status?: { emoji: string; words: string; until: string | null } | null
  do_not_disturb?: { until: string | null } | null
}

const MOST_WATCHED = 200
let people: string[] = []
let seen: ((people: Person[]) => void) | null = null
let idle = false

/** Watches these people instead of whoever was watched; `receive` hears of all of them, then of what changes. */
export function watchPeople(ids: string[], receive: (people: Person[]) => void) {
  people = ids.slice(0, MOST_WATCHED)
  seen = receive
  askWho()
  if (people.length) connect()
}

/** Says whether anybody sits before this page. */
export function fallIdle(now: boolean) {
  if (idle === now) return
  idle = now
  sayIdle()
}

const askWho = () => send({ type: "watch", people })
const sayIdle = () => send({ type: "presence", state: idle ? "away" : "online" })

export const socketState = (): State => state

/** Calls `watcher` whenever the connection's state changes. Returns how to stop. */
export function watch(watcher: (state: State) => void): () => void {
  watchers.add(watcher)
  return () => watchers.delete(watcher)
}

function become(next: State) {
  if (state === next) return
  state = next
  for (const watcher of watchers) watcher(next)
}

export function subscribe(name: string, subscription: Subscription): () => void {
  const wants = subscription.as ?? "json"
  let topic = topics.get(name)
  if (!topic) {
    topic = { name, last: subscription.since ?? null, as: wants, listeners: new Set(), held: null }
    topics.set(name, topic)
    ask(topic)
  } else {
    // Whoever came first may have known no number: what was said since the page was drawn must not be passed over.
    const since = subscription.since ?? null
    const isBehind = since !== null && (topic.last === null || since < topic.last)
    if (isBehind) topic.last = since
    const isMore = wants === "html" && topic.as === "json"
    if (isMore) topic.as = wants
    if (isBehind || isMore) ask(topic)
  }
  topic.listeners.add(subscription)
  connect()
  return () => leave(name, subscription)
}

/** Hears one type of event on a topic; with the type "*" all of them. */
export function listen(name: string, type: string, receive: (data: any, frame: Frame) => void): () => void {
  return subscribe(name, {
    receive: (frame) => {
      if (type === "*" || frame.type === type) receive(frame.data ?? {}, frame)
    },
  })
}

/** Says that somebody writes in a topic. Callers throttle. */
export const sayTyping = (topic: string) => send({ type: "typing", topic })

/** Tries at once, e.g. because the reader asked for it. */
export function retry() {
  if (state === "refused") return location.reload()
  tries = 0
  clearTimeout(timer)
  timer = 0
  connect()
}

function leave(name: string, subscription: Subscription) {
  const topic = topics.get(name)
  if (!topic) return
  topic.listeners.delete(subscription)
  if (topic.listeners.size) return
  topics.delete(name)
  send({ type: "unsubscribe", topic: name })
}

function send(frame: object) {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame))
}

const ask = (topic: Topic) => send({ type: "subscribe", topic: topic.name, since: topic.last, as: topic.as })

function connect() {
  if (socket || timer || state === "refused") return
  become("connecting")
  const address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/ws/v1/`
  const opening = new WebSocket(address)
  socket = opening
  opening.addEventListener("open", () => {
    tries = 0
    become("online")
    for (const topic of topics.values()) ask(topic)
    if (people.length) askWho()
    if (idle) sayIdle()
    beat = window.setInterval(() => send({ type: "ping" }), PING_MS)
  })
  opening.addEventListener("message", (event) => arrived(JSON.parse(event.data)))
  opening.addEventListener("close", (event) => closed(opening, event.code))
}

function closed(which: WebSocket, code: number) {
  if (socket !== which) return
  socket = null
  clearInterval(beat)
  for (const topic of topics.values()) topic.held = null
  if (code === REFUSED) return become("refused")
  become("offline")
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** tries++)
  clearTimeout(timer)
  timer = window.setTimeout(
    () => {
      timer = 0
      connect()
    },
    wait * (0.5 + Math.random() / 2),
  )
}

function arrived(frame: Frame & { from?: number; to?: number; code?: string }) {
  if (frame.type === "presence") return seen?.(frame.data?.people ?? [])
  const topic = topics.get(frame.topic)
  if (!topic) return
  if (frame.type === "subscribed") {
    // A number beyond the server's own is one it has never given: start from where it stands.
    if (topic.last === null || (frame.seq != null && frame.seq < topic.last)) topic.last = frame.seq ?? null
    return
  }
  if (frame.type === "gap") return void catchUp(topic)
  if (frame.type === "error" && frame.code !== "not_found") return
  if (frame.type === "unsubscribed" || frame.type === "error") {
    topics.delete(topic.name)
    return tell(topic, { ...frame, type: "unsubscribed" })
  }
  if (topic.held) {
    topic.held.push(frame)
    return
  }
  take(topic, frame)
}

/** Passes a frame on, unless it has been seen; what comes too early starts catching up. */
function take(topic: Topic, frame: Frame) {
  if (frame.seq == null) return tell(topic, frame)
  if (topic.last !== null) {
    if (frame.seq <= topic.last) return
    if (frame.seq > topic.last + 1) {
      topic.held = [frame]
      return void catchUp(topic)
    }
  }
  topic.last = frame.seq
  tell(topic, frame)
}

async function catchUp(topic: Topic) {
  const recover = [...topic.listeners].find((one) => one.recover)?.recover
  if (!recover || topic.last === null) {
    topic.held = null
    return ask(topic)
  }
  topic.held ??= []
  try {
    for (const frame of await recover(topic.last)) if ((frame.seq ?? 0) > topic.last!) pass(topic, frame)
  } catch {
    // Out of reach: the next connection resumes at the last event that was shown.
    topic.held = null
    socket?.close()
    return
  }
  const held = topic.held ?? []
  topic.held = null
  for (const frame of held) if (frame.seq == null || frame.seq > topic.last!) pass(topic, frame)
}

function pass(topic: Topic, frame: Frame) {
  if (frame.seq != null) topic.last = frame.seq
  tell(topic, frame)
}

function tell(topic: Topic, frame: Frame) {
  for (const listener of topic.listeners) listener.receive(frame)
}

addEventListener("online", retry)
addEventListener("offline", () => {
  const lost = socket
  if (!lost) return
  lost.close()
  closed(lost, 0) // its own close event may take a minute to come
})
document.addEventListener("visibilitychange", () => {
  if (document.visibilityState === "visible" && topics.size && !socket) retry()
})
