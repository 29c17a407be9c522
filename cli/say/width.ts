// How many columns of a terminal a text takes. Loading string-width costs more than a whole `pod status`, and most texts need
// none.

export type Width = (text: string) => number

/** For `texts`, or, without them, for any text. */
export async function textWidth(texts?: readonly string[]): Promise<Width> {
  if (texts?.every(isNarrow)) return text => text.length
  const { default: stringWidth } = await import('string-width')
  return text => (isNarrow(text) ? text.length : stringWidth(text))
}

/** Whether every character takes one column: ASCII, Latin and Cyrillic letters, and our own "…". */
function isNarrow(text: string): boolean {
  return /^[ -~\u00a1-\u00ac\u00ae-\u02ff\u0400-\u0482\u048a-\u052f\u2026]*$/.test(text)
}
