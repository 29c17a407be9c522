// The hub of a fleet of one: images lie in a folder, and what is wanted in a file, which is on the disk before a write is acknowledged.
// Beats and reports are not: they are of now.
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { writeWholeSync } from '../../whole-file.ts'
import { type Blobs, Hub, type Kept } from './hub.ts'

type Saved = { v: 1; last: number; values: Record<string, [value: string, rev: string]> }

/**
 * @param file of the values; `blobs`: the folder of the images
 * @throws {Error} naming the file, if it is broken
 */
export function openHub(file: string, blobs: string): Hub {
  const { last, values } = read(file)
  // Numbers of beats that were not saved are not used again.
  const saved = (key: string, of: Hub) => void (isOfNow(key) || save(file, of))
  const hub = new Hub({ last: last + 1_000_000, saved, blobs: blobsIn(blobs) })
  for (const [key, [value, rev]] of Object.entries(values))
    hub.values.set(key, { value: Buffer.from(value, 'base64'), rev })
  return hub
}

const isOfNow = (key: string): boolean => /^(?:host|report)\./.test(key)

function read(file: string): Saved {
  try {
    return JSON.parse(readFileSync(file, 'utf8')) as Saved
  } catch (error) {
    if ((error as { code?: string }).code === 'ENOENT') return { v: 1, last: 0, values: {} }
    throw new Error(`${file} is broken: ${(error as Error).message}`)
  }
}

function save(file: string, { values, last }: Hub): void {
  const kept = [...values].filter(([key]) => !isOfNow(key))
  const text = (entry: [string, Kept]) => [entry[0], [Buffer.from(entry[1].value).toString('base64'), entry[1].rev]]
  const saved = { v: 1, last, values: Object.fromEntries(kept.map(text)) }
  writeWholeSync(file, Buffer.from(JSON.stringify(saved)))
}

function blobsIn(folder: string): Blobs {
  const at = (name: string) => join(folder, name)
  return {
    has: name => existsSync(at(name)),
    get: name => (existsSync(at(name)) ? readFileSync(at(name)) : undefined),
    set: (name, bytes) => {
      mkdirSync(folder, { recursive: true, mode: 0o700 })
      writeWholeSync(at(name), bytes)
    },
    delete: name => {
      rmSync(at(name), { force: true })
      return true
    },
  }
}
