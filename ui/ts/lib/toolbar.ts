import { markSaved } from "./morph"

const NO_MESSAGE = "00000000-0000-0000-0000-000000000000"
const TOOLBAR = ":scope > .msg-body > .msg-actions"
const MORE = ":scope > .msg-body > .msg-head > .msg-more"

/**
 * Gives a message what one can do with it. The page holds that once, in `<template id="toolbar">`: as a part of
 * every message it would be four fifths of what is drawn, sent and laid out. One who goes by keys comes to a message's
 * button *Message actions* alone, and with arrows through what it unfolds.
 */
export function equip(row: HTMLElement): HTMLElement | null {
  const here = row.querySelector<HTMLElement>(TOOLBAR)
  const template = document.querySelector<HTMLTemplateElement>("#toolbar")
  if (here || !template || !moreOf(row)) return here
  const html = template.innerHTML.replaceAll(NO_MESSAGE, row.id.replace("message-", ""))
  row.querySelector(":scope > .msg-body")!.insertAdjacentHTML("beforeend", html)
  const toolbar = row.querySelector<HTMLElement>(TOOLBAR)!
  for (const one of buttonsOf(toolbar)) one.tabIndex = -1
  toolbar.addEventListener("click", ({ target }) => (target as Element).closest(".icon-btn") && fold(row))
  markSaved(row, "saved" in row.dataset)
  return toolbar
}

/** The button that unfolds it; a message that was deleted has none. */
export const moreOf = (row: HTMLElement): HTMLElement | null => row.querySelector<HTMLElement>(MORE)

/** Once something of it was done, it is folded again: a tap leaves nothing that would close it. */
function fold(row: HTMLElement) {
  const more = moreOf(row)!
  const toolbar = row.querySelector<HTMLElement>(TOOLBAR)!
  more.ariaExpanded = "false"
  if (toolbar.contains(document.activeElement) && !toolbar.checkVisibility()) more.focus()
}

const buttonsOf = (toolbar: HTMLElement): HTMLElement[] => [...toolbar.querySelectorAll<HTMLElement>(".icon-btn")]

/** Goes by a key from one button to the next; returns whether it did. */
export function along(toolbar: HTMLElement, key: string): boolean {
  const shown = buttonsOf(toolbar).filter((one) => one.checkVisibility())
  const at = shown.indexOf(document.activeElement as HTMLElement)
  const steps: Record<string, number> = { ArrowRight: at + 1, ArrowLeft: at - 1, Home: 0, End: -1 }
  if (!(key in steps)) return false
  shown.at(steps[key]! % shown.length)?.focus()
  return true
}
