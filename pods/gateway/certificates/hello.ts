// The first message of TLS, as far as it is needed before anybody answers it: the name that the client wants, and the protocols that it
// offers to speak (RFC 8446 4.1.2, RFC 6066 3, RFC 7301). It judges nothing.

/** `name`: in lower case; undefined if the client gave none. */
export type Hello = { name: string | undefined; protocols: readonly string[] }

/** Larger ones are left to TLS itself. */
export const maxHelloBytes = 32_768

const handshake = 22
const clientHello = 1
const serverName = 0
const applicationProtocols = 16

/** @returns `more` if the message is not whole yet, and undefined if it is none */
export function readHello(bytes: Buffer): Hello | 'more' | undefined {
  const message = messageOf(bytes)
  if (message === 'more' || message === undefined) return message
  try {
    return helloOf(message)
  } catch (error) {
    // A length in it leads beyond its end.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

/** The handshake's message, out of as many records as it takes. */
function messageOf(bytes: Buffer): Buffer | 'more' | undefined {
  const parts: Buffer[] = []
  let had = 0
  for (let at = 0; at < bytes.length; ) {
    if (bytes[at] !== handshake) return undefined
    if (at + 5 > bytes.length) return 'more'
    const length = bytes.readUInt16BE(at + 3)
    if (length === 0) return undefined
    parts.push(bytes.subarray(at + 5, at + 5 + length))
    had += Math.min(length, bytes.length - at - 5)
    at += 5 + length
    const first = parts[0] ?? Buffer.alloc(0)
    if (first.length > 0 && first[0] !== clientHello) return undefined
    const whole = Buffer.concat(parts)
    if (whole.length >= 4 && had >= 4 + whole.readUIntBE(1, 3)) return whole.subarray(4, 4 + whole.readUIntBE(1, 3))
  }
  return 'more'
}

/** @throws {RangeError} if a length in it is wrong */
function helloOf(message: Buffer): Hello {
  const reader = new Reader(message)
  // Version and random; session; ciphers; compressions.
  reader.skip(34)
  reader.skip(reader.number(1))
  reader.skip(reader.number(2))
  reader.skip(reader.number(1))
  const hello: { name: string | undefined; protocols: string[] } = { name: undefined, protocols: [] }
  if (reader.isAtEnd) return hello
  const extensions = new Reader(reader.take(reader.number(2)))
  while (!extensions.isAtEnd) {
    const kind = extensions.number(2)
    const body = extensions.take(extensions.number(2))
    if (kind === serverName) hello.name = nameIn(body)
    if (kind === applicationProtocols) hello.protocols = protocolsIn(body)
  }
  return hello
}

function nameIn(body: Buffer): string | undefined {
  const names = new Reader(body)
  names.skip(2)
  while (!names.isAtEnd) {
    const kind = names.number(1)
    const name = names.take(names.number(2))
    if (kind === 0) return name.toString('latin1').toLowerCase().replace(/\.$/, '')
  }
  return undefined
}

function protocolsIn(body: Buffer): string[] {
  const reader = new Reader(body)
  const protocols: string[] = []
  reader.skip(2)
  while (!reader.isAtEnd) protocols.push(reader.take(reader.number(1)).toString('latin1'))
  return protocols
}

class Reader {
  #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get isAtEnd(): boolean {
    return this.#at >= this.#bytes.length
  }

  number(bytes: 1 | 2): number {
    const value = this.#bytes.readUIntBE(this.#at, bytes)
    this.#at += bytes
    return value
  }

  take(length: number): Buffer {
    const from = this.#at
    this.skip(length)
    return this.#bytes.subarray(from, this.#at)
  }

  skip(length: number): void {
    this.#at += length
    if (this.#at > this.#bytes.length) throw new RangeError('beyond its end')
  }
}
