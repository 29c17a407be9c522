// The hub of a fleet of one: what is wanted lies in a file, which is on the disk before a write is acknowledged. Beats are not: they are of now.
import { closeSync, fsyncSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { Hub, type Kept } from './hub.ts'

type Saved = { v: 1; last: number; values: Record<string, [value: string, rev: string]> }

/** @throws {Error} naming the file, if it is broken */
export function openHub(file: string): Hub {
  const { last, values } = read(file)
  // Numbers of beats that were not saved are not used again.
  const hub = new Hub({ last: last + 1_000_000, saved: (key, of) => key.startsWith('host.') || save(file, of) })
  for (const [key, [value, rev]] of Object.entries(values))
    hub.values.set(key, { value: Buffer.from(value, 'base64'), rev })
  return hub
}

function read(file: string): Saved {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Saved
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return { v: 1, last: 0, values: {} }
    throw new Error(`${file} is broken: ${(error as Error).message}`)
  }
}

function save(file: string, { values, last }: Hub): void {
  const kept = [...values].filter(([key]) => !key.startsWith('host.'))
  const text = (entry: [string, Kept]) => [entry[0], [Buffer.from(entry[1].value).toString('base64'), entry[1].rev]]
  const saved = { v: 1, last, values: Object.fromEntries(kept.map(text)) }
  const descriptor = openSync(`${file}.new`, 'w', 0o600)
  writeSync(descriptor, JSON.stringify(saved))
  fsyncSync(descriptor)
  closeSync(descriptor)
  renameSync(`${file}.new`, file)
}
