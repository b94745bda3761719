import rows from "virtual:emoji"
import { remember, remembered } from "./drafts"

export interface Emoji {
  sign: string
  name: string
  label: string
  group: number
}

const MOST_RECENT = 16
const isChinese = document.documentElement.lang.startsWith("zh")

const all = rows.map(([sign, name, english, chinese, words, group]) => ({
  emoji: { sign, name, label: isChinese ? chinese : english, group },
  names: [name, english.toLowerCase(), chinese],
  words: ` ${words.toLowerCase()}`,
}))

export const everything: Emoji[] = all.map((one) => one.emoji)

/** Those whose names, in either language, begin so; then those of which a word does. */
export function found(typed: string, most = 200): Emoji[] {
  const said = typed.trim().toLowerCase().replaceAll(":", "")
  if (!said) return everything
  const near = all.filter((one) => one.names.some((name) => name.startsWith(said)))
  const far = all.filter((one) => !near.includes(one) && (one.names.some((name) => name.includes(said)) || one.words.includes(` ${said}`)))
  return [...near, ...far].slice(0, most).map((one) => one.emoji)
}

export function recent(): Emoji[] {
  const signs = remembered<string>("emoji")
  return signs.flatMap((sign) => everything.find((one) => one.sign === sign) ?? [])
}

export function use(sign: string) {
  remember("emoji", [sign, ...remembered<string>("emoji").filter((one) => one !== sign)].slice(0, MOST_RECENT))
}
