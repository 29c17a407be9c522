// Folds what was written straight to fd 1 and 2, by child processes and native code, from its raw file into the run's
// log. The raw files are plain files and not pipes, so that nobody's death can block or kill a writer.
import fs from 'node:fs'
import type { StreamName } from '../protocol/cri.ts'
import type { LogAssignment, RawPosition } from '../protocol/link.ts'
import type { LogFile } from './log-file.ts'

const { openSync, readSync, watch, writeSync } = fs

/** How much is folded at once. */
const blockBytes = 256 * 1024

/** Folds now and whenever one of the raw files grows. @returns a function that folds what is there, for the process's end. */
export function foldRawOutput(log: LogFile, raw: LogAssignment['raw']): () => void {
  const folds = (['stdout', 'stderr'] as const).map(stream => foldFile(log, stream, raw[stream]))
  return () => {
    for (const fold of folds) fold()
  }
}

function foldFile(log: LogFile, stream: StreamName, file: string): () => void {
  const fd = openSync(file, 'r')
  const block = Buffer.allocUnsafe(blockBytes)
  let noteFd: number | undefined
  let from = 0
  const fold = () => {
    try {
      for (let read = readSync(fd, block, 0, blockBytes, from); read > 0; ) {
        noteFd ??= openSync(`${file}.at`, 'w', 0o600)
        const position: RawPosition = { from, to: from + read, ...log.position }
        writeSync(noteFd, `${JSON.stringify(position)}\n`.padEnd(120), 0)
        log.write(stream, block.toString('latin1', 0, read), 'latin1')
        from += read
        read = readSync(fd, block, 0, blockBytes, from)
      }
    } catch {
      // The disk is full, or the file was taken away: what is left is folded later, by us or by the host at the end.
    }
  }
  const watcher = watch(file, { persistent: false }, fold)
  watcher.on('error', () => watcher.close())
  fold()
  return fold
}
