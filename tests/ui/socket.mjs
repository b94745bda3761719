// node socket.mjs < ui/ts/lib/socket.ts: what a page hears, beside a server that stands in for /ws/v1/.
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { transformWithOxc } from "vite"

const { code } = await transformWithOxc(readFileSync(0, "utf8"), "socket.ts")
const module = `data:text/javascript;base64,${Buffer.from(code).toString("base64")}`

/** The server's side of one line: what it is asked, and all that was ever said in the channel. */
class Line extends EventTarget {
  static OPEN = 1
  static last = null
  readyState = 0
  asked = []

  constructor() {
    super()
    Line.last = this
  }

  opens() {
    this.readyState = Line.OPEN
    this.dispatchEvent(new Event("open"))
  }

  /** Answers one question as the server does: where it stands, then everything after `since`. */
  answers(index, seq) {
    const { since } = this.asked[index]
    this.says({ type: "subscribed", seq })
    for (let next = since ?? seq; next < seq; next++) this.says({ type: "message.posted", seq: next + 1 })
  }

  says(frame) {
    this.dispatchEvent(Object.assign(new Event("message"), { data: JSON.stringify({ topic: "channel:1", ...frame }) }))
  }

  send(words) {
    const frame = JSON.parse(words)
    if (frame.type === "subscribe") this.asked.push(frame)
  }

  close() {}
}

Object.assign(globalThis, {
  window: globalThis,
  WebSocket: Line,
  location: { protocol: "http:", host: "localhost" },
  document: new EventTarget(),
  addEventListener: () => {},
})
let pages = 0
const newPage = () => import(`${module}#${++pages}`)

/** The timeline of a page drawn when five things had been said. */
function timeline(page) {
  const heard = []
  page.subscribe("channel:1", { since: 5, as: "html", receive: (frame) => frame.seq && heard.push(frame.seq) })
  return heard
}

const cases = {
  async "somebody without a number came first, and was answered"() {
    const page = await newPage()
    page.listen("channel:1", "typing", () => {})
    const line = Line.last
    line.opens()
    line.answers(0, 7)
    const heard = timeline(page)
    assert.equal(line.asked.at(-1).since, 5)
    line.answers(1, 7)
    line.says({ type: "message.posted", seq: 8 })
    assert.deepEqual(heard, [6, 7, 8])
  },

  async "somebody without a number came first, and the answer is on its way"() {
    const page = await newPage()
    page.listen("channel:1", "typing", () => {})
    const line = Line.last
    line.opens()
    const heard = timeline(page)
    line.answers(0, 7)
    line.answers(1, 7)
    assert.deepEqual(heard, [6, 7])
  },

  async "both came before the line was open"() {
    const page = await newPage()
    page.listen("channel:1", "typing", () => {})
    const heard = timeline(page)
    const line = Line.last
    line.opens()
    assert.deepEqual(line.asked.map((one) => one.since), [5])
    line.answers(0, 7)
    assert.deepEqual(heard, [6, 7])
  },

  async "the timeline came first, and nothing is asked or heard twice"() {
    const page = await newPage()
    const heard = timeline(page)
    const line = Line.last
    line.opens()
    line.answers(0, 7)
    page.listen("channel:1", "typing", () => {})
    assert.equal(line.asked.length, 1)
    line.says({ type: "message.posted", seq: 7 })
    assert.deepEqual(heard, [6, 7])
  },
}

for (const [name, run] of Object.entries(cases)) {
  await run()
  console.log(name)
}
process.exit(0) // lines that stand open keep their beat
