import { Controller } from "@hotwired/stimulus"
import { keepCookie } from "../lib/cookie"

const NARROW = matchMedia("(max-width: 900px)")
const NO_ROOM_FOR_DETAILS = matchMedia("(max-width: 1180px)")

/**
 * Opens the sidebar and the details pane. Where they lie over the page they hold the focus, the rest is inert,
 * and Escape gives it back. On a wide screen the details pane stays as the reader left it (cookie `details`).
 *
 * @example <div class="app" data-controller="drawer" data-sidebar="closed" data-details="open">
 *            <nav data-drawer-target="rail">, <aside data-drawer-target="side">, <div data-drawer-target="scrim" hidden>,
 *            <div data-drawer-target="surface"> with <main> and <aside data-drawer-target="details">
 *          and buttons data-action="drawer#toggleSide | drawer#toggleDetails | drawer#openDetails | drawer#close"
 */
export default class DrawerController extends Controller<HTMLElement> {
  static targets = ["rail", "side", "scrim", "surface", "details", "toggle"]
  declare readonly railTarget: HTMLElement
  declare readonly sideTarget: HTMLElement
  declare readonly scrimTarget: HTMLElement
  declare readonly surfaceTarget: HTMLElement
  declare readonly detailsTarget: HTMLElement
  declare readonly hasDetailsTarget: boolean
  declare readonly toggleTargets: HTMLElement[]
  #back: HTMLElement | null = null

  connect() {
    document.addEventListener("keydown", this.#key)
    for (const query of [NARROW, NO_ROOM_FOR_DETAILS]) query.addEventListener("change", this.#settle)
    this.#settle()
  }

  disconnect() {
    document.removeEventListener("keydown", this.#key)
    for (const query of [NARROW, NO_ROOM_FOR_DETAILS]) query.removeEventListener("change", this.#settle)
  }

  toggleSide(event: Event) {
    this.#open("sidebar", this.element.dataset.sidebar !== "open", event)
  }

  toggleDetails(event: Event) {
    const shown = this.hasDetailsTarget && this.detailsTarget.checkVisibility()
    this.#open("details", !shown, event)
    if (!NO_ROOM_FOR_DETAILS.matches) keepCookie("details", shown ? "closed" : "open")
  }

  openDetails(event: Event) {
    this.#open("details", true, event)
  }

  close() {
    this.element.dataset.sidebar = "closed"
    if (NO_ROOM_FOR_DETAILS.matches) this.element.dataset.details = "closed"
    this.#settle()
  }

  #open(which: "sidebar" | "details", open: boolean, event: Event) {
    if (open) this.#back = event.currentTarget as HTMLElement
    if (which === "details") this.element.dataset.asked = ""
    this.element.dataset[which] = open ? "open" : "closed"
    this.#settle()
    const over = which === "sidebar" ? this.#sideIsOver() : this.#detailsAreOver()
    if (over) this.#first(which === "sidebar" ? this.sideTarget : this.detailsTarget)?.focus()
    else if (!open) this.#giveBack()
  }

  #settle = () => {
    const side = this.#sideIsOver()
    const details = this.#detailsAreOver()
    const covered = this.surfaceTarget.querySelector<HTMLElement>("main")
    this.surfaceTarget.inert = side
    if (covered) covered.inert = details
    this.railTarget.inert = this.sideTarget.inert = details
    this.scrimTarget.hidden = !(side || details)
    const shown = this.hasDetailsTarget && this.detailsTarget.checkVisibility()
    for (const button of this.toggleTargets) button.setAttribute("aria-pressed", String(shown))
  }

  #key = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || document.querySelector("dialog[open], :popover-open")) return
    if (!this.#sideIsOver() && !this.#detailsAreOver()) return
    this.close()
    this.#giveBack()
  }

  #giveBack() {
    this.#back?.focus()
    this.#back = null
  }

  #sideIsOver = () => NARROW.matches && this.element.dataset.sidebar === "open"

  #detailsAreOver = () =>
    NO_ROOM_FOR_DETAILS.matches && this.hasDetailsTarget && this.element.dataset.details === "open" && "asked" in this.element.dataset

  #first = (drawer: HTMLElement) => drawer.querySelector<HTMLElement>("a[href], button, input, select, textarea, [tabindex='0']")
}
