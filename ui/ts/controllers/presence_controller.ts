import { Controller } from "@hotwired/stimulus"
import { language, person, timeZone } from "../lib/page"
import { fallIdle, watchPeople, type Person } from "../lib/socket"
import { throttle } from "../lib/throttle"

const IDLE_MS = 5 * 60_000
const TICK_MS = 20_000
const TOUCHES = ["pointermove", "pointerdown", "keydown", "scroll"]

/**
 * Shows of everybody whose dot or words are on the page whether they are here and what they say of themselves, and
 * says of the reader whether anybody sits before it.
 *
 * @example <div data-controller="presence" data-presence-online-value="online" data-presence-away-value="away"
 *             data-presence-off-value="offline" data-presence-busy-value="does not want to be disturbed"
 *             data-presence-until-value="does not want to be disturbed until {time}" data-presence-clock-value="{time} there">
 *            <span class="presence" data-presence-of="0f3c…" hidden></span><span class="presence-words" data-presence-of="0f3c…" data-full hidden></span></div>
 */
export default class PresenceController extends Controller<HTMLElement> {
  static values = { online: String, away: String, off: String, busy: String, until: String, clock: String }
  declare readonly onlineValue: string
  declare readonly awayValue: string
  declare readonly offValue: string
  declare readonly busyValue: string
  declare readonly untilValue: string
  declare readonly clockValue: string
  #people = new Map<string, Person>()
  #watched = ""
  #changes?: MutationObserver
  #tick = 0
  #touchedAt = Date.now()

  connect() {
    this.#changes = new MutationObserver(this.#look)
    this.#changes.observe(this.element, { childList: true, subtree: true })
    this.#tick = window.setInterval(this.#pass, TICK_MS)
    for (const touch of TOUCHES) addEventListener(touch, this.#touch, { passive: true, capture: true })
    document.addEventListener("visibilitychange", this.#touch)
    this.#look()
  }

  disconnect() {
    this.#changes?.disconnect()
    clearInterval(this.#tick)
    for (const touch of TOUCHES) removeEventListener(touch, this.#touch, { capture: true })
    document.removeEventListener("visibilitychange", this.#touch)
  }

  #touch = () => {
    if (document.visibilityState !== "visible") return
    this.#touchedAt = Date.now()
    fallIdle(false)
  }

  /** Time alone ends a status, moves a clock, and makes somebody absent. */
  #pass = () => {
    if (Date.now() - this.#touchedAt > IDLE_MS) fallIdle(true)
    this.#draw(this.#places())
  }

  #places = () => [...this.element.querySelectorAll<HTMLElement>("[data-presence-of]")]

  #look = throttle(() => {
    const places = this.#places()
    const ids = [...new Set(places.map((one) => one.dataset.presenceOf!))].sort()
    if (ids.join() !== this.#watched) {
      this.#watched = ids.join()
      watchPeople(ids, this.#hear)
    }
    this.#draw(places)
  }, 300)

  #hear = (people: Person[]) => {
    for (const one of people) this.#people.set(one.id, { ...this.#people.get(one.id), ...one })
    const heard = new Set(people.map((one) => one.id))
    this.#draw(this.#places().filter((one) => heard.has(one.dataset.presenceOf!)))
  }

  #draw(places: HTMLElement[]) {
    for (const place of places) {
      const one = this.#people.get(place.dataset.presenceOf!)
      if (place.classList.contains("presence")) this.#drawDot(place, one)
      else this.#drawWords(place, one)
    }
  }

  #drawDot(place: HTMLElement, one?: Person) {
    const hidden = !one?.state
    const state = this.#state(one)
    if (place.hidden !== hidden) place.hidden = hidden
    if (place.dataset.state !== state) place.dataset.state = state
    const title = this.#word(state)
    if (place.title !== title) place.title = title
  }

  #drawWords(place: HTMLElement, one?: Person) {
    const full = "full" in place.dataset
    const said = one?.state ? this.#words(one, full) : []
    const text = said.join(" · ")
    const state = one?.state && !full ? this.#word(this.#state(one)) : ""
    if (place.dataset.said === `${state}|${text}`) return
    place.dataset.said = `${state}|${text}`
    place.hidden = !one?.state
    const aside = document.createElement("span")
    aside.className = "sr-only"
    aside.textContent = state && text ? `${state} · ` : state
    place.replaceChildren(...(state ? [aside] : []), text)
  }

  #words(one: Person, full: boolean): string[] {
    const quiet = this.#quiet(one)
    const status = this.#stands(one.status) ? `${one.status!.emoji} ${one.status!.words}`.trim() : ""
    if (!full) return status ? [status] : []
    const state = quiet ? [this.#quietWords(quiet)] : [this.#word(one.state!)]
    return [...state, ...(status ? [status] : []), ...this.#clock(one)]
  }

  #quietWords({ until }: { until: string | null }): string {
    return until ? this.untilValue.replace("{time}", this.#time(new Date(until), timeZone(), true)) : this.busyValue
  }

  #clock({ id, time_zone: zone }: Person): string[] {
    const now = new Date()
    if (!zone || id === person()) return []
    const there = this.#time(now, zone)
    return there === this.#time(now, timeZone()) ? [] : [this.clockValue.replace("{time}", there)]
  }

  #time(moment: Date, zone: string, far = false): string {
    const day = far && moment.getTime() - Date.now() > 12 * 3600_000 ? ({ weekday: "short" } as const) : {}
    return new Intl.DateTimeFormat(language(), { ...day, hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone }).format(moment)
  }

  #stands = (said?: { until: string | null } | null) => !!said && (!said.until || Date.parse(said.until) > Date.now())

  #quiet = (one?: Person) => (one && this.#stands(one.do_not_disturb) ? one.do_not_disturb! : null)

  #state = (one?: Person): string => (one?.state && one.state !== "off" && this.#quiet(one) ? "busy" : (one?.state ?? "off"))

  #word = (state: string): string =>
    ({ online: this.onlineValue, away: this.awayValue, busy: this.busyValue })[state] ?? this.offValue
}
