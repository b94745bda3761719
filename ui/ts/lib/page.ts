/** What the server says about the page in its <meta> elements. */
const meta = (name: string): string => document.querySelector<HTMLMetaElement>(`meta[name="${name}"]`)?.content ?? ""

export const csrfToken = (): string => meta("csrf-token")

/** Id of the person signed in, or "". */
export const person = (): string => meta("person")

export const timeZone = (): string => meta("time-zone") || "UTC"

export const language = (): string => document.documentElement.lang || "en"
