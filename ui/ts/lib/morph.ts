import htmx from "htmx.org"
import { localize } from "./moments"
import { person } from "./page"

/** Reads a fragment that was drawn for everybody and makes it this reader's: times, own reactions, own messages. */
export function parse(html: string): Element[] {
  const template = document.createElement("template")
  template.innerHTML = html
  personalize(template.content)
  return [...template.content.children]
}

/**
 * Marks what is the reader's own: `data-author` gets `data-own`, `data-people` (ids) sets `aria-pressed`,
 * `data-for` (ids) shows itself to them alone, `.mention[data-person]` gets `is-me`.
 */
export function personalize(root: ParentNode) {
  localize(root)
  const me = person()
  if (!me) return
  for (const one of root.querySelectorAll<HTMLElement>(`[data-author="${me}"]`)) one.dataset.own = ""
  for (const one of root.querySelectorAll<HTMLElement>("[data-people]"))
    one.setAttribute("aria-pressed", String(one.dataset.people!.split(" ").includes(me)))
  for (const one of root.querySelectorAll<HTMLElement>("[data-for]")) one.hidden = !one.dataset.for!.split(" ").includes(me)
  for (const one of root.querySelectorAll(`.mention[data-person="${me}"]`)) one.classList.add("is-me")
  addCopying(root)
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
