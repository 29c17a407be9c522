// A certificate that somebody else makes and renews, in two files that may change at any moment.
import { createReadStream, watch } from 'node:fs'
import { dirname } from 'node:path'
import { text } from 'node:stream/consumers'
import { P8aError } from '../../../protocol/errors.ts'
import type { Pair } from './make.ts'
import { checkPair } from './own.ts'

/** Paths of a PEM certificate, followed by its chain, and of its key. */
export type GivenFiles = { cert: string; key: string }

/** The two files seldom change at the same moment: they are read once nothing has changed for this long. */
const settleMs = 200
/** How often to look at them anyway: not every file system reports changes. */
const lookMs = 60_000

/** @throws {P8aError} `file_not_found`, `bad_certificate` */
export async function readGiven(files: GivenFiles): Promise<Pair> {
  const pair = { cert: await readPem(files.cert), key: await readPem(files.key) }
  checkPair(pair, files.cert)
  return pair
}

/** Reads them again when they may have changed. @returns a function that ends that */
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
  // Watches folders and not files: programs that renew a certificate replace the file, or a link, by another.
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
    // The kernel has no more watches for this user; the files are looked at now and then anyway.
    onTrouble(error)
    return []
  }
}

/** A chain of certificates has some KiB; /dev/zero has no end. */
const maxPemBytes = 1024 * 1024

async function readPem(file: string): Promise<string> {
  return await text(createReadStream(file, { end: maxPemBytes })).catch(cause => {
    throw new P8aError('file_not_found', `Cannot read ${file}: ${(cause as Error).message}`, {
      hint: 'Name a PEM certificate with --cert and its key with --key',
      facts: { file },
      cause,
    })
  })
}
