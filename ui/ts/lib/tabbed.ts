/**
 * Rows of cells as spreadsheets copy them: tabs between cells, a line for each row, quotes around what holds either.
 */
export function readTabbed(text: string): string[][] {
  const rows: string[][] = []
  let row: string[] = []
  let cell = ""
  let quoted = false
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]
    if (quoted) {
      if (sign === '"' && text[at + 1] === '"') cell += text[at++]
      else if (sign === '"') quoted = false
      else cell += sign
    } else if (sign === '"' && cell === "") {
      quoted = true
    } else if (sign === "\t") {
      row.push(cell)
      cell = ""
    } else if (sign === "\n") {
      rows.push([...row, cell.replace(/\r$/, "")])
      row = []
      cell = ""
    } else {
      cell += sign
    }
  }
  if (cell !== "" || row.length) rows.push([...row, cell])
  return rows
}

export function writeTabbed(rows: string[][]): string {
  return rows.map((row) => row.map(written).join("\t") + "\n").join("")
}

function written(cell: string): string {
  return /["\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell
}
