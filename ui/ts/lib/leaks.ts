/** What nobody means to tell another company: numbers of cards and identity cards, and keys. */
export type Leak = "card" | "identity" | "key"

const KEYS = [
  /-----BEGIN [A-Z ]*PRIVATE KEY-----/,
  /\bAKIA[0-9A-Z]{16}\b/,
  /\bgh[pousr]_[A-Za-z0-9]{36}/,
  /\bclb_[\w-]{30}/,
  /\bxox[abpr]-[\w-]{10}/,
  /\beyJ[\w-]{10,}\.eyJ[\w-]{10,}\./,
]
const KEY_OF_OURS = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi // as it stands in every address
const WEIGHTS = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** Returns what a text seems to give away, by check digits where there are any, or nothing. */
export function leakIn(text: string): Leak | undefined {
  if (KEYS.some((key) => key.test(text))) return "key"
  const others = text.replace(KEY_OF_OURS, " x ")
  for (const [found] of others.matchAll(/(?<!\d)\d{17}[\dXx](?!\d)|(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)/g)) {
    const said = found.replace(/[ -]/g, "")
    if (isIdentity(said)) return "identity"
    if (isCard(said)) return "card"
  }
  return undefined
}

/** GB 11643: eighteen signs, the birthday within, the last one checks the others. */
function isIdentity(said: string): boolean {
  if (!/^\d{6}(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])\d{3}[\dXx]$/.test(said)) return false
  const sum = WEIGHTS.reduce((all, weight, place) => all + weight * Number(said[place]), 0)
  return "10X98765432"[sum % 11] === said[17]!.toUpperCase()
}

/** ISO/IEC 7812: the first digits of those who issue cards, and Luhn's check digit. */
function isCard(said: string): boolean {
  if (!/^(4|5[1-5]|2[2-7]|3[47]|6[0258])\d+$/.test(said)) return false
  const sum = [...said].reverse().reduce((all, one, place) => {
    const twice = Number(one) * (place % 2 ? 2 : 1)
    return all + (twice > 9 ? twice - 9 : twice)
  }, 0)
  return sum % 10 === 0
}
