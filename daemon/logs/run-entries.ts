// Turns lines of a run's log into entries: joins the parts of a line, for each stream. It knows nothing of files or
// queries.
import { type CriLine, parseCriLine, type StreamName } from '../../protocol/cri.ts'
import { runId } from '../../protocol/names.ts'
import type { LogEntry } from '../../protocol/words.ts'
import { EntryOrder } from './entry-order.ts'
import type { EntrySink } from './entry-sink.ts'

/**
 * Parts are joined up to this length; the rest becomes an entry of its own, with the time of its first part. An entry that
 * goes on in the next one has the tag `part`, and one that goes on with another the tag `rest`.
 */
export const maxEntryLength = 16 * 1024 * 1024

/**
 * An entry whose last part has not come yet. `kept` is false if it began where entries are not wanted, `isRest` true if the
 * line began in another entry.
 */
type Open = { entry: LogEntry; kept: boolean; isRest: boolean }

export class RunEntries implements EntrySink {
  keep = true
  cuts = 0
  #pod: string
  #run: string
  #time: string
  #open: Record<StreamName, Open | undefined> = { stdout: undefined, stderr: undefined }
  #order: EntryOrder

  /**
   * @param options.time what a line without a time gets where no dated one came before it
   * @param options.inOrder false: entries come as they end, not in the order in which they began
   */
  constructor(of: { pod: string; run: number }, options: { time: string; inOrder: boolean }) {
    this.#pod = of.pod
    this.#run = runId(of.pod, of.run)
    this.#time = options.time
    this.#order = new EntryOrder(options.inOrder)
  }

  get hasOpen(): boolean {
    return this.#open.stdout?.kept === true || this.#open.stderr?.kept === true
  }

  lines(text: string): void {
    let start = 0
    for (let end = text.indexOf('\n'); end !== -1; end = text.indexOf('\n', start)) {
      const line = text.slice(start, end)
      start = end + 1
      const parsed = parseCriLine(line)
      if (parsed) this.#add(parsed)
      else if (line !== '') this.#addUnparsed(line)
    }
  }

  take(): LogEntry[] {
    return this.#order.take()
  }

  loosen(): void {
    this.#order.loosen()
    // Open entries were not returned yet, wherever they began.
    for (const open of [this.#open.stdout, this.#open.stderr]) if (open) open.kept = true
  }

  finish(): void {
    this.#close('stdout')
    this.#close('stderr')
  }

  #add(line: CriLine): void {
    this.#time = line.time
    const open = this.#open[line.stream]
    if (!open) {
      this.#begin(line, { kept: this.keep })
    } else if (open.entry.text.length + line.text.length > maxEntryLength) {
      this.cuts++
      this.#close(line.stream, { isPart: true })
      this.#begin(line, { kept: open.kept, isRest: true })
    } else {
      open.entry.text += line.text
      if (line.full) this.#close(line.stream)
    }
  }

  #begin({ time, stream, full, text }: CriLine, { kept, isRest = false }: { kept: boolean; isRest?: boolean }): void {
    if (full && !kept) return
    const entry = { time, pod: this.#pod, run: this.#run, source: stream, tags: [] as string[], text }
    if (full) {
      entry.tags = tagsOf(text, { isRest })
      this.#addWhole(entry)
      return
    }
    this.#open[stream] = { entry, kept, isRest }
    if (kept) this.#order.begin(entry)
  }

  #addUnparsed(text: string): void {
    if (!this.keep) return
    this.#addWhole({
      time: this.#time,
      pod: this.#pod,
      run: this.#run,
      source: 'stdout',
      tags: ['unparsed'],
      text,
    })
  }

  #addWhole(entry: LogEntry): void {
    this.#order.add(entry)
    if (this.#order.isOverfull) this.finish()
  }

  #close(stream: StreamName, { isPart = false } = {}): void {
    const open = this.#open[stream]
    if (!open) return
    this.#open[stream] = undefined
    if (!open.kept) return
    open.entry.tags = tagsOf(open.entry.text, { isRest: open.isRest, isPart })
    this.#order.end(open.entry)
  }
}

const openingBracket = '['.charCodeAt(0)

/** The longest tag that a query may ask for. */
const maxTagLength = 100

/** Which part of a line it is, and the word in brackets at the beginning of one: `[db] connected` has the tag `db`. */
function tagsOf(text: string, { isRest = false, isPart = false }: { isRest?: boolean; isPart?: boolean }): string[] {
  return [...(isRest ? ['rest'] : wordOf(text)), ...(isPart ? ['part'] : [])]
}

function wordOf(text: string): string[] {
  if (text.charCodeAt(0) !== openingBracket) return []
  const end = text.indexOf(']')
  return end > 1 && end <= maxTagLength + 1 ? [text.slice(1, end)] : []
}
