// Reads what a pod answers on one connection (RFC 9112): bytes in, parts of answers out. It knows nothing of sockets. Whatever two programs could
// read in two ways is refused, and nothing that follows it is read.

/** The head of an answer. `raw`: names and values in turn, as they came; `names`: those names in lower case. */
export type AnswerHead = { status: number; text: string; raw: string[]; names: string[] }

/** What is told of an answer. `bytes` are there only for the time of the call. */
export type AnswerSink = {
  onInterim(head: AnswerHead): void
  onHead(head: AnswerHead): void
  onData(bytes: Buffer): void
}

type State = 'head' | 'length' | 'until-close' | 'chunk-size' | 'chunk' | 'chunk-end' | 'trailers' | 'over'

export class AnswerReader {
  /** Names and values in turn; complete once the answer is. */
  trailers: string[] = []
  /** In how many seconds the pod closes a connection that is not used, as it says; undefined if it does not. */
  keepAliveS: number | undefined
  #sink: AnswerSink
  #maxHeadBytes: number
  #state: State = 'over'
  #isHead = false
  #keeps = true
  #hasExtra = false
  /** Bytes that the body, or the chunk, still has. */
  #left = 0
  /** Bytes that lines may still take. */
  #lineBytes = 0
  /** Bytes that the heads of interim answers may still take, all together. */
  #interimBytes = 0
  #line = ''
  #lines: string[] = []
  #bytes: Buffer = nothing
  #at = 0

  /** @param maxHeadBytes of the head and, once more, of all interim heads, of a line about a chunk and of the trailers */
  constructor(sink: AnswerSink, { maxHeadBytes }: { maxHeadBytes: number }) {
    this.#sink = sink
    this.#maxHeadBytes = maxHeadBytes
  }

  /** The next answer is one to a request of this method. */
  expect(method: string): void {
    this.#isHead = method === 'HEAD'
    this.#keeps = true
    this.trailers = []
    this.#interimBytes = this.#maxHeadBytes
    this.#toLines('head')
  }

  /** Whether the answer is complete. */
  get isOver(): boolean {
    return this.#state === 'over'
  }

  /** Whether the connection may bring another answer after this one. */
  get mayStay(): boolean {
    return this.#keeps && !this.#hasExtra
  }

  /** @throws {Error} for what is no answer, or could be read in two ways */
  push(bytes: Buffer): void {
    this.#bytes = bytes
    this.#at = 0
    while (this.#at < bytes.length && this.#state !== 'over') this.#step()
    if (this.#at < bytes.length) this.#hasExtra = true
    this.#bytes = nothing
  }

  /** The pod sends nothing more. @throws {Error} where the answer is not complete */
  end(): void {
    this.#keeps = false
    if (this.#state === 'until-close') this.#state = 'over'
    else if (this.#state !== 'over') throw new Error('The connection ended within the answer')
  }

  #step(): void {
    switch (this.#state) {
      case 'length':
      case 'chunk':
        this.#data()
        return
      case 'until-close':
        this.#sink.onData(this.#at === 0 ? this.#bytes : this.#bytes.subarray(this.#at))
        this.#at = this.#bytes.length
        return
      default: {
        const line = this.#takeLine()
        if (line !== undefined) this.#onLine(line)
      }
    }
  }

  #data(): void {
    const to = Math.min(this.#bytes.length, this.#at + this.#left)
    const part = this.#bytes.subarray(this.#at, to)
    this.#left -= part.length
    this.#at = to
    this.#sink.onData(part)
    if (this.#left > 0) return
    if (this.#state === 'length') this.#state = 'over'
    else this.#toLines('chunk-end')
  }

  #onLine(line: string): void {
    if (this.#state === 'head') {
      if (line !== '') this.#lines.push(line)
      else this.#onHead(headOf(this.#lines))
    } else if (this.#state === 'trailers') {
      if (line !== '') this.#lines.push(line)
      else {
        this.trailers = fieldsOf(this.#lines, 0).raw
        this.#state = 'over'
      }
    } else if (this.#state === 'chunk-end') {
      if (line !== '') throw new Error('A chunk is longer than it says')
      this.#toLines('chunk-size')
    } else {
      const size = chunkSize.exec(line)?.[1]
      if (size === undefined) throw new Error('A chunk has no size')
      this.#left = Number.parseInt(size, 16)
      if (this.#left === 0) this.#toLines('trailers')
      else this.#state = 'chunk'
    }
  }

  #onHead(head: AnswerHead & { minor: string }): void {
    const { status } = head
    if (status === 101) throw new Error('The pod switches protocols, which nobody has asked for')
    if (status < 200) {
      this.#interimBytes -= this.#maxHeadBytes - this.#lineBytes
      if (this.#interimBytes < 0) throw new Error(`More than ${this.#maxHeadBytes} bytes come before the answer`)
      this.#toLines('head')
      this.#sink.onInterim(head)
      return
    }
    const length = lengthOf(head)
    this.#keeps = this.#staysAfter(head)
    if (this.#isHead || status === 204 || status === 304 || length === 0) this.#state = 'over'
    else if (length === 'chunked') this.#toLines('chunk-size')
    else if (length === undefined) {
      this.#keeps = false
      this.#state = 'until-close'
    } else {
      this.#left = length
      this.#state = 'length'
    }
    this.#sink.onHead(head)
  }

  #staysAfter({ raw, names, minor }: AnswerHead & { minor: string }): boolean {
    let keeps = minor === '1'
    this.keepAliveS = undefined
    for (let at = 0; at < names.length; at += 1) {
      const value = raw[2 * at + 1] ?? ''
      if (names[at] === 'connection') {
        if (/\bclose\b/i.test(value)) return false
        if (/\bkeep-alive\b/i.test(value)) keeps = true
      } else if (names[at] === 'keep-alive') {
        const seconds = /\btimeout=(\d{1,6})\b/i.exec(value)?.[1]
        if (seconds !== undefined) this.keepAliveS = Number(seconds)
      }
    }
    return keeps
  }

  #toLines(state: State): void {
    this.#state = state
    this.#lineBytes = this.#maxHeadBytes
    this.#line = ''
    this.#lines = []
  }

  /** The next line, without its end; undefined as long as that has not come. */
  #takeLine(): string | undefined {
    const end = this.#bytes.indexOf(0x0a, this.#at)
    const to = end === -1 ? this.#bytes.length : end
    this.#lineBytes -= to - this.#at
    if (this.#lineBytes < 0) throw new Error(`The head of the answer has more than ${this.#maxHeadBytes} bytes`)
    const line = this.#line + this.#bytes.toString('latin1', this.#at, to)
    this.#at = end === -1 ? to : end + 1
    this.#line = end === -1 ? line : ''
    if (end === -1) return undefined
    if (!line.endsWith('\r')) throw new Error('A line of the answer does not end with CR and LF')
    return line.slice(0, -1)
  }
}

const nothing = Buffer.alloc(0)

const statusLine = /^HTTP\/1\.([01]) ([1-9]\d\d)(?: ([\t\x20-\x7e\x80-\xff]*))?$/
const fieldName = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/
const fieldValue = /^[\t\x20-\x7e\x80-\xff]*$/
/** What stands behind a semicolon is an extension, which means nothing to us. */
const chunkSize = /^([0-9a-fA-F]{1,12})[ \t]*(?:;[\t\x20-\x7e\x80-\xff]*)?$/

function headOf(lines: readonly string[]): AnswerHead & { minor: string } {
  const [, minor = '', status = '', text = ''] = statusLine.exec(lines[0] ?? '') ?? []
  if (status === '') throw new Error('The answer does not begin with a status of HTTP/1.1')
  return { status: Number(status), text, minor, ...fieldsOf(lines, 1) }
}

/** @param from which line is the first */
function fieldsOf(lines: readonly string[], from: number): { raw: string[]; names: string[] } {
  const raw: string[] = []
  const names: string[] = []
  for (let at = from; at < lines.length; at += 1) {
    const line = lines[at] ?? ''
    const colon = line.indexOf(':')
    const name = line.slice(0, Math.max(colon, 0))
    if (!fieldName.test(name)) throw new Error('A line of the answer is no header')
    const value = trimmed(line, colon + 1)
    if (!fieldValue.test(value)) throw new Error(`The header ${name} of the answer has a control character`)
    raw.push(name, value)
    names.push(name.toLowerCase())
  }
  return { raw, names }
}

/** Only spaces and tabs may stand around a value. */
function trimmed(line: string, from: number): string {
  const isSpace = (at: number) => line.charCodeAt(at) === 0x20 || line.charCodeAt(at) === 0x09
  let start = from
  let end = line.length
  while (start < end && isSpace(start)) start += 1
  while (end > start && isSpace(end - 1)) end -= 1
  return line.slice(start, end)
}

/** How long the body is (RFC 9112 6.3); undefined: until the connection ends. */
function lengthOf({ raw, names, minor }: AnswerHead & { minor: string }): number | 'chunked' | undefined {
  let length: string | undefined
  let coding: string | undefined
  for (let at = 0; at < names.length; at += 1) {
    const value = raw[2 * at + 1] ?? ''
    if (names[at] === 'content-length') {
      if (length !== undefined) throw new Error('The answer has several headers Content-Length')
      length = value
    } else if (names[at] === 'transfer-encoding') {
      if (coding !== undefined) throw new Error('The answer has several headers Transfer-Encoding')
      coding = value.toLowerCase()
    }
  }
  if (coding !== undefined) {
    if (length !== undefined) throw new Error('The answer has both Content-Length and Transfer-Encoding')
    if (minor === '0') throw new Error('HTTP/1.0 has no Transfer-Encoding')
    if (coding !== 'chunked') throw new Error('The Transfer-Encoding of the answer is not chunked')
    return 'chunked'
  }
  if (length === undefined) return undefined
  if (!/^\d{1,15}$/.test(length)) throw new Error('The Content-Length of the answer is no number')
  return Number(length)
}
