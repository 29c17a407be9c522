// DER, the binary form of a certificate: as much of it as one needs. https://www.itu.int/rec/T-REC-X.690

const tags = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  text: 0x0c,
  sequence: 0x30,
  set: 0x31,
}

/** A value of the given tag. */
export function tagged(tag: number, ...parts: Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag]), lengthOf(content), content])
}

export const sequence = (...parts: Uint8Array[]): Buffer => tagged(tags.sequence, ...parts)

export const set = (...parts: Uint8Array[]): Buffer => tagged(tags.set, ...parts)

export const octets = (content: Uint8Array): Buffer => tagged(tags.octets, content)

export const utf8 = (text: string): Buffer => tagged(tags.text, Buffer.from(text))

export const yes = (): Buffer => tagged(tags.boolean, Buffer.from([0xff]))

/** Bits, all of them used but for the last `unused`. */
export const bits = (content: Uint8Array, unused = 0): Buffer => tagged(tags.bits, Buffer.from([unused]), content)

/** A positive number, from its bytes. A first bit that is set would make it a negative one, so a zero goes before it. */
export function integer(bytes: Uint8Array): Buffer {
  const isNegative = ((bytes[0] ?? 0) & 0x80) !== 0
  return tagged(tags.integer, ...(isNegative ? [Buffer.from([0])] : []), bytes)
}

/** An object identifier, as `1.2.840.10045.4.3.2`. */
export function oid(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number)
  return tagged(tags.oid, Buffer.from([first * 40 + second, ...rest.flatMap(base128)]))
}

/** Times up to 2049 have two digits for the year, later ones four: https://www.rfc-editor.org/rfc/rfc5280#section-4.1.2.5 */
export function time(at: Date): Buffer {
  const digits = `${at.toISOString().replace(/\D/g, '').slice(0, 14)}Z`
  return at.getUTCFullYear() < 2050 ? tagged(0x17, Buffer.from(digits.slice(2))) : tagged(0x18, Buffer.from(digits))
}

function lengthOf({ length }: Uint8Array): Buffer {
  if (length < 0x80) return Buffer.from([length])
  const bytes: number[] = []
  for (let left = length; left > 0; left >>= 8) bytes.unshift(left & 0xff)
  return Buffer.from([0x80 | bytes.length, ...bytes])
}

/** Seven bits a byte; all but the last say that more follow. */
function base128(number: number): number[] {
  const bytes = [number & 0x7f]
  for (let left = number >> 7; left > 0; left >>= 7) bytes.unshift((left & 0x7f) | 0x80)
  return bytes
}
