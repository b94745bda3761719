import { readFileSync } from "node:fs"
import { crc32, deflateSync } from "node:zlib"
import type { Plugin } from "vite"

const SOURCE = "ui/public/favicon.svg"
const PAPER: Colour = [0xfd, 0xfd, 0xfd, 1]
const SAFE = 0.72 // of a maskable icon: its corners too stay within the circle that every mask leaves
const FINE = 4 // samples along each side of a pixel
const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

type Colour = [red: number, green: number, blue: number, opaque: number]
interface Box {
  x: number
  y: number
  width: number
  height: number
  radius: number
  colour: Colour
}
interface Shape {
  outer: Box
  inner?: Box // what an outline leaves open
}

/** Draws the icons that a home screen wants as PNG from the one SVG, which may hold rounded rectangles only. */
export function icons(): Plugin {
  return {
    name: "icons",
    apply: "build",
    generateBundle() {
      const { shapes, side } = drawing(readFileSync(SOURCE, "utf8"))
      for (const size of [192, 512]) {
        this.emitFile({ type: "asset", fileName: `icon-${size}.png`, source: drawn(shapes, side, size) })
        this.emitFile({ type: "asset", fileName: `icon-maskable-${size}.png`, source: drawn(shapes, side / SAFE, size, PAPER) })
      }
    },
  }
}

function drawing(svg: string): { shapes: Shape[]; side: number } {
  const side = Number(/viewBox="0 0 (\d+) \1"/.exec(svg)?.[1])
  const tags = [...svg.matchAll(/<([a-z]+)\s([^>]*)>/g)].filter(([, name]) => name !== "svg")
  if (!side || !tags.length || tags.some(([, name]) => name !== "rect"))
    throw new Error(`${SOURCE} must hold nothing but rectangles in a square viewBox.`)
  return { side, shapes: tags.map(([, , said]) => shape(said!, side)) }
}

/** Its coordinates are measured from the middle of the drawing. */
function shape(said: string, side: number): Shape {
  const number = (name: string) => Number(new RegExp(`(?:^|\\s)${name}="([\\d.]+)"`).exec(said)?.[1] ?? 0)
  const colour = (name: string) => new RegExp(`(?:^|\\s)${name}="#([0-9a-f]{6})"`).exec(said)?.[1]
  const line = colour("stroke")
  const half = line ? number("stroke-width") / 2 : 0
  const [red, green, blue] = Buffer.from(line ?? colour("fill") ?? "000000", "hex")
  const box = (by: number): Box => ({
    x: number("x") - side / 2 - by,
    y: number("y") - side / 2 - by,
    width: number("width") + 2 * by,
    height: number("height") + 2 * by,
    radius: number("rx") + by,
    colour: [red!, green!, blue!, 1],
  })
  return line ? { outer: box(half), inner: box(-half) } : { outer: box(0) }
}

/** A square PNG that shows as much as `across` units of the drawing, from its middle. */
function drawn(shapes: Shape[], across: number, size: number, paper: Colour = [0, 0, 0, 0]): Buffer {
  const unit = across / size
  const rows = Buffer.alloc(size * (1 + 4 * size)) // each row begins with its filter: none
  for (let row = 0; row < size; row++)
    for (let column = 0; column < size; column++) {
      const [red, green, blue, opaque] = pixel(shapes, (column - size / 2) * unit, (row - size / 2) * unit, unit, paper)
      rows.set([red, green, blue, opaque * 255].map(Math.round), row * (1 + 4 * size) + 1 + 4 * column)
    }
  const head = Buffer.from([0, 0, 0, 0, 0, 0, 0, 0, 8, 6, 0, 0, 0]) // eight bits each of red, green, blue, opacity
  head.writeUInt32BE(size, 0)
  head.writeUInt32BE(size, 4)
  return Buffer.concat([PNG, chunk("IHDR", head), chunk("IDAT", deflateSync(rows, { level: 9 })), chunk("IEND")])
}

function pixel(shapes: Shape[], x: number, y: number, unit: number, paper: Colour): Colour {
  return shapes.reduce((under, one) => {
    const share = covered(one, x, y, unit)
    return share ? over(one.outer.colour, share, under) : under
  }, paper)
}

/** The share of a pixel that a shape covers. */
function covered({ outer, inner }: Shape, x: number, y: number, unit: number): number {
  let hits = 0
  for (let one = 0; one < FINE * FINE; one++) {
    const across = x + ((one % FINE) + 0.5) * (unit / FINE)
    const down = y + (Math.floor(one / FINE) + 0.5) * (unit / FINE)
    if (holds(outer, across, down) && !(inner && holds(inner, across, down))) hits++
  }
  return hits / (FINE * FINE)
}

function holds({ x, y, width, height, radius }: Box, across: number, down: number): boolean {
  const aside = Math.max(x + radius - across, across - (x + width - radius), 0)
  const above = Math.max(y + radius - down, down - (y + height - radius), 0)
  return Math.hypot(aside, above) <= radius
}

function over([red, green, blue]: Colour, share: number, under: Colour): Colour {
  const opaque = share + under[3] * (1 - share)
  const mixed = (above: number, below: number) => (above * share + below * under[3] * (1 - share)) / opaque
  return [mixed(red, under[0]), mixed(green, under[1]), mixed(blue, under[2]), opaque]
}

function chunk(name: string, content = Buffer.alloc(0)): Buffer {
  const body = Buffer.concat([Buffer.from(name, "latin1"), content])
  const length = Buffer.alloc(4)
  const check = Buffer.alloc(4)
  length.writeUInt32BE(content.length)
  check.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, check])
}
