// Any code point, in the order in which fast-check has them in its unit `binary`: that one makes a table of all of them before
// its first text, which takes a second.
import fc from 'fast-check'

/** Halves of pairs are no code points. */
const [firstHalf, halves] = [0xd800, 0x800]
const points = 0x110000 - halves

/** A unit of texts: `fc.string({ unit: anyPoint })`. */
export const anyPoint: fc.Arbitrary<string> = fc.nat(points - 1).map(pointAt, indexOf)

function pointAt(index: number): string {
  return String.fromCodePoint(index < firstHalf ? index : index + halves)
}

/** @throws where it is not one code point, which fast-check then takes for a text of several */
function indexOf(text: unknown): number {
  const point = typeof text === 'string' ? text.codePointAt(0) : undefined
  const index = point === undefined || point < firstHalf ? point : point - halves
  if (index === undefined || pointAt(index) !== text) throw new Error(`${JSON.stringify(text)} is not one code point`)
  return index
}
