import { Controller } from "@hotwired/stimulus"

/**
 * Panels of which one is shown; arrows, Home and End move between their tabs.
 *
 * @example <div data-controller="tabs"><div role="tablist" data-action="click->tabs#choose keydown->tabs#move">
 *            <button role="tab" id="tab-a" aria-controls="panel-a" aria-selected="true">…</button></div></div>
 *          <div role="tabpanel" id="panel-a" aria-labelledby="tab-a">…</div>
 */
export default class TabsController extends Controller<HTMLElement> {
  choose(event: Event) {
    const tab = (event.target as Element).closest<HTMLElement>('[role="tab"]')
    if (tab) this.#show(tab)
  }

  move(event: KeyboardEvent) {
    const all = this.#all()
    const at = all.indexOf(event.target as HTMLElement)
    const to = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: all.length - 1 }[event.key]
    if (at < 0 || to === undefined) return
    event.preventDefault()
    const next = all[(to + all.length) % all.length]!
    this.#show(next)
    next.focus()
  }

  #all = () => [...this.element.querySelectorAll<HTMLElement>('[role="tab"]')]

  #show(chosen: HTMLElement) {
    for (const tab of this.#all()) {
      const on = tab === chosen
      tab.ariaSelected = String(on)
      tab.tabIndex = on ? 0 : -1
      const panel = document.getElementById(tab.getAttribute("aria-controls") ?? "")
      if (panel) panel.hidden = !on
    }
  }
}
