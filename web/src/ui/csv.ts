/** CSV as spreadsheets read it: with a mark of UTF-8, and no cell that would be taken for a formula. Pure. */
const MARK_OF_UTF8 = '\uFEFF'

export function writeCsv(rows: readonly (readonly string[])[]): string {
  return MARK_OF_UTF8 + rows.map((row) => row.map(cell).join(',') + '\r\n').join('')
}

function cell(text: string): string {
  const plain = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text
  return /[",\r\n]/.test(plain) ? `"${plain.replaceAll('"', '""')}"` : plain
}
