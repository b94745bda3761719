import htmx from "htmx.org"
import { localize } from "./moments"
import { wordsRecalled } from "./drafts"
import { person } from "./page"

const LONGEST_TIMER = 2 ** 31 - 1 // ms

/** Reads a fragment that was drawn for everybody and makes it this reader's: times, own reactions, own messages. */
export function parse(html: string): Element[] {
  const template = document.createElement("template")
  template.innerHTML = html
  personalize(template.content)
  return [...template.content.children]
}

/**
 * Marks what is the reader's own: `data-author` gets `data-own`, `data-people` (ids) sets `aria-pressed`,
 * `data-for` (ids) shows itself to them alone, `.mention[data-person]` gets `is-me`,
 * and what is kept for later is marked so.
 */
export function personalize(root: ParentNode) {
  localize(root)
  const me = person()
  if (!me) return
  for (const one of root.querySelectorAll<HTMLElement>(`[data-author="${me}"]`)) {
    one.dataset.own = ""
    markNew(one)
  }
  for (const one of root.querySelectorAll<HTMLElement>("[data-recalled]")) one.hidden = wordsRecalled(one.dataset.recalled!) === null
  for (const one of root.querySelectorAll<HTMLElement>("[data-people]"))
    one.setAttribute("aria-pressed", String(one.dataset.people!.split(" ").includes(me)))
  for (const one of root.querySelectorAll<HTMLElement>("[data-for]")) one.hidden = !one.dataset.for!.split(" ").includes(me)
  for (const one of root.querySelectorAll(`.mention[data-person="${me}"]`)) one.classList.add("is-me")
  for (const one of root.querySelectorAll<HTMLElement>(".msg[data-saved]")) markSaved(one, true)
  addCopying(root)
  addCards(root)
}

/** Says of one's own message, while that lasts, that it can still be taken back. */
function markNew(message: HTMLElement) {
  const seconds = Number(document.querySelector<HTMLElement>("[data-message-recall-value]")?.dataset.messageRecallValue ?? 0)
  const left = Date.parse(message.dataset.at ?? "") + seconds * 1000 - Date.now()
  message.toggleAttribute("data-new", left > 0)
  if (left <= 0 || left > LONGEST_TIMER) return
  setTimeout(() => document.getElementById(message.id)?.removeAttribute("data-new"), left)
}

/** Says of a message whether this reader keeps it for later. */
export function markSaved(message: HTMLElement, saved: boolean) {
  message.toggleAttribute("data-saved", saved)
  message.querySelector("[data-save]")?.setAttribute("aria-pressed", String(saved))
}

const OURS = /^\/(channels|workspaces|approvals|incidents)\/[0-9a-f-]{36}\//
const MOST_CARDS = 3 // of one message

/** Where a link leads: one in a fragment that stands on no page yet knows no address to begin from. */
function addressOf(link: HTMLAnchorElement): URL | null {
  try {
    return new URL(link.getAttribute("href")!, location.href)
  } catch {
    return null
  }
}

/** Gives links to our own things a place for their card; whoever may not see the thing is told so there. */
function addCards(root: ParentNode) {
  for (const text of root.querySelectorAll<HTMLElement>(".msg-text")) {
    if (text.querySelector(":scope > .cards")) continue
    const links = [...text.querySelectorAll<HTMLAnchorElement>("a[href]")].flatMap((one) => addressOf(one) ?? [])
    const ours = links.filter((to) => to.origin === location.origin && OURS.test(to.pathname))
    const addresses = new Set(ours.map((to) => to.pathname + to.search + to.hash))
    if (!addresses.size) continue
    const cards = text.appendChild(document.createElement("div"))
    cards.className = "cards"
    for (const address of [...addresses].slice(0, MOST_CARDS)) {
      const card = cards.appendChild(document.createElement("div"))
      card.dataset.controller = "card"
      card.dataset.cardUrlValue = `/cards/?to=${encodeURIComponent(address)}`
    }
  }
}

/** Gives each piece of code the button that stands ready in `<template id="copy-code">`. */
function addCopying(root: ParentNode) {
  const button = document.querySelector<HTMLTemplateElement>("template#copy-code")?.content.firstElementChild
  for (const code of button ? root.querySelectorAll(".msg-text pre") : []) {
    if (code.parentElement!.classList.contains("code")) continue
    const frame = document.createElement("div")
    frame.className = "code"
    code.replaceWith(frame)
    frame.append(code, button!.cloneNode(true))
  }
}

/** Turns `current` into `next`, keeping focus, typed text and what is unchanged. */
export function morph(current: Element, next: Element): Promise<void> {
  return htmx.swap({ target: current, text: next.outerHTML, swap: "outerMorph", sourceElement: current })
}

/** Morphs every element of a fragment whose id is on the page. Returns those that are not. */
export function place(html: string): Element[] {
  return parse(html).filter((next) => {
    const current = next.id ? document.getElementById(next.id) : null
    if (current) void morph(current, next)
    return !current
  })
}
