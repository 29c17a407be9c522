// A certificate that somebody else makes and renews, in two files that may change at any moment.
import { watch } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { P8aError } from '../../../protocol/errors.ts'
import type { Pair } from './make.ts'
import { checkPair } from './own.ts'

/** Paths of a PEM certificate, with what it takes to trust it behind it, and of its key. */
export type GivenFiles = { cert: string; key: string }

/** Two files are seldom changed at once: for so long nothing may change before they are read. */
const settleMs = 200
/** How often they are looked at besides: not every file system tells of changes. */
const lookMs = 60_000

/** @throws {P8aError} `file_not_found`, `bad_certificate` */
export async function readGiven(files: GivenFiles): Promise<Pair> {
  const pair = { cert: await readPem(files.cert), key: await readPem(files.key) }
  checkPair(pair, files.cert)
  return pair
}

/** Reads them again when they may have changed. @returns what ends that */
export function watchGiven(
  files: GivenFiles,
  { onChanged, onTrouble }: { onChanged: (pair: Pair) => void; onTrouble: (error: unknown) => void },
): () => void {
  const look = () => void readGiven(files).then(onChanged).catch(onTrouble)
  let settling: NodeJS.Timeout | undefined
  const soon = () => {
    clearTimeout(settling)
    settling = setTimeout(look, settleMs).unref()
  }
  // Folders and not files: those who renew put another file, or another link, in the place of the old one.
  const folders = new Set([dirname(files.cert), dirname(files.key)])
  const watchers = [...folders].flatMap(folder => watchFolder(folder, { onChanged: soon, onTrouble }))
  const timer = setInterval(look, lookMs).unref()
  return () => {
    clearInterval(timer)
    clearTimeout(settling)
    for (const watcher of watchers) watcher.close()
  }
}

function watchFolder(
  folder: string,
  { onChanged, onTrouble }: { onChanged: () => void; onTrouble: (error: unknown) => void },
): { close(): void }[] {
  try {
    return [watch(folder, { persistent: false }, onChanged).on('error', onTrouble)]
  } catch (error) {
    // The kernel watches for no more processes of this user; it is looked at now and then anyway.
    onTrouble(error)
    return []
  }
}

async function readPem(file: string): Promise<string> {
  return await readFile(file, 'utf8').catch(cause => {
    throw new P8aError('file_not_found', `Cannot read ${file}: ${(cause as Error).message}`, {
      hint: 'Name a PEM certificate with --cert and its key with --key',
      facts: { file },
      cause,
    })
  })
}
