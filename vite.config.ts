import { existsSync, readFileSync, readdirSync } from "node:fs"
import { join } from "node:path"
import tailwindcss from "@tailwindcss/vite"
import { defineConfig, type Plugin } from "vite"
import { icons } from "./ui/icons"

const DRAWINGS = "node_modules/lucide-static/icons"
const LEFT_OUT = new Set(["node_modules", "dist", "migrations", "var", "staticfiles", "tests"])

function* files(folder: string, ending: RegExp): Generator<string> {
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name)
    if (entry.isDirectory() && !LEFT_OUT.has(entry.name) && !entry.name.startsWith(".")) yield* files(path, ending)
    else if (entry.isFile() && ending.test(entry.name)) yield path
  }
}

/** Names of the icons that a template or a Python module writes as a literal. */
function* iconNames(path: string): Generator<string> {
  const text = readFileSync(path, "utf8")
  for (const [, name] of text.matchAll(/\bicon"?\s*[=: ]\s*"([a-z0-9-]+)"/g)) yield name!
  for (const [table] of text.matchAll(/ICONS\b[^=\n]*= \{[\s\S]*?\n?\}/g))
    for (const [, name] of table.matchAll(/:\s*"([a-z0-9-]+)"/g)) yield name!
}

function symbol(name: string): string {
  const svg = readFileSync(join(DRAWINGS, `${name}.svg`), "utf8")
  const drawing = svg.replace(/^[\s\S]*?<svg[^>]*>/, "").replace(/<\/svg>\s*$/, "").replace(/\s*\n\s*/g, "")
  return `<symbol id="${name}" viewBox="0 0 24 24">${drawing}</symbol>`
}

/** Collects the icons in use into one file, named in the manifest as `ui/icons.svg`. */
function sprite(): Plugin {
  return {
    name: "sprite",
    apply: "build",
    generateBundle() {
      const drawn = new Set<string>()
      for (const path of [...files("templates", /\.html$/), ...files(".", /\.py$/)])
        for (const name of iconNames(path)) {
          if (existsSync(join(DRAWINGS, `${name}.svg`))) drawn.add(name)
          else this.warn(`${path}: lucide has no icon "${name}"`)
        }
      const source = `<svg xmlns="http://www.w3.org/2000/svg">${[...drawn].sort().map(symbol).join("")}</svg>\n`
      this.emitFile({ type: "asset", name: "icons.svg", originalFileName: "ui/icons.svg", source })
    },
  }
}

const EMOJI = "node_modules/emojibase-data"
const PARTS_OF_OTHERS = 2 // skin tones and hair

interface Emoji {
  hexcode: string
  unicode?: string
  emoji?: string
  label: string
  tags?: string[]
  group?: number
  order?: number
}

/** What the picker needs of emojibase's data in two languages, a fifth of it; see ui/ts/virtual.d.ts. */
function emoji(): Plugin {
  const read = <T>(path: string) => JSON.parse(readFileSync(join(EMOJI, path), "utf8")) as T
  return {
    name: "emoji",
    resolveId: (id) => (id === "virtual:emoji" ? "\0virtual:emoji" : null),
    load(id) {
      if (id !== "\0virtual:emoji") return null
      const names = read<Record<string, string | string[]>>("en/shortcodes/github.json")
      const others = read<Record<string, string | string[]>>("en/shortcodes/cldr.json")
      const chinese = new Map(read<Emoji[]>("zh/data.json").map((one) => [one.hexcode, one]))
      const known = read<Emoji[]>("en/data.json").filter((one) => one.group !== undefined && one.group !== PARTS_OF_OTHERS)
      known.sort((a, b) => a.order! - b.order!)
      const rows = known.map((one) => {
        const here = chinese.get(one.hexcode)
        const called = [names[one.hexcode] ?? others[one.hexcode] ?? one.label.replaceAll(" ", "_")].flat()
        const words = [...called.slice(1), ...(one.tags ?? []), ...(here?.tags ?? [])].join(" ")
        return [one.emoji ?? one.unicode, called[0], one.label, here?.label ?? one.label, words, one.group]
      })
      return `export default ${JSON.stringify(rows)}`
    },
  }
}

export default defineConfig({
  base: "/static/",
  publicDir: "ui/public",
  plugins: [tailwindcss(), sprite(), icons(), emoji()],
  build: {
    outDir: "ui/dist",
    manifest: "manifest.json",
    target: "es2022",
    cssTarget: ["chrome123", "firefox128", "safari17.5"],
    assetsInlineLimit: 0, // the content security policy wants files, not data: addresses
    modulePreload: { polyfill: false },
    rolldownOptions: { input: ["ui/ts/main.ts", "ui/ts/error.ts", "ui/ts/worker.ts", "ui/ts/offline.ts"] },
  },
})
