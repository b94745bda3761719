/** The page that is shown without a connection: what this browser has kept, and of when it is. */
import "../css/app.css"
import { kept, type Kept } from "./lib/kept"
import { lookAsBefore } from "./lib/look"

lookAsBefore()

const find = (id: string) => document.getElementById(id)!
const place = (one: Kept) => `/channels/${one.channel}/`

function list(all: Kept[], shown?: Kept) {
  for (const one of all) {
    const row = document.createElement("li")
    const link = row.appendChild(document.createElement("a"))
    link.href = place(one)
    link.textContent = one.title
    if (one === shown) link.setAttribute("aria-current", "page")
    if (one.where) row.appendChild(Object.assign(document.createElement("span"), { className: "small muted", textContent: one.where }))
    find("kept").append(row)
  }
}

function read(one: Kept) {
  const lasting = document.querySelector<HTMLElement>("main")!.dataset.since!
  const zone = one.zone ? { timeZone: one.zone } : {}
  const time = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "medium", timeStyle: "short", hourCycle: "h23", ...zone }).format(one.at)
  find("kept-title").textContent = one.title
  find("kept-at").textContent = lasting.replace("{time}", time)
  find("kept-words").innerHTML = one.html // as the server drew and cleaned it for this reader
  find("reading").hidden = false
  document.title = one.title
  scrollTo(0, document.body.scrollHeight)
}

const all = await kept().catch(() => [])
const shown = all.find((one) => location.pathname.startsWith(place(one)))
list(all, shown)
find("nothing").hidden = all.length > 0
if (shown) read(shown)
addEventListener("online", () => location.reload())
