// Folds what a run's raw files still hold into its log once it has ended: the last words of native code and of child
// processes that its shim did not live to fold. Dated with the time of the last write.
import { open, readFile, rm, stat } from 'node:fs/promises'
import { formatCri, logTime, type StreamName } from '../../protocol/cri.ts'
import type { RawPosition } from '../../protocol/link.ts'

const blockBytes = 256 * 1024

/** Folds and removes the raw files of a run that is over. It may be cut off anywhere, and be done again. */
export async function foldLeftovers(files: { log: string; raw: Record<StreamName, string> }): Promise<void> {
  for (const stream of ['stdout', 'stderr'] as const) await foldFile(files.log, stream, files.raw[stream])
}

async function foldFile(log: string, stream: StreamName, raw: string): Promise<void> {
  const found = await stat(raw).catch(() => undefined)
  if (!found) return
  const from = await foldedUpTo(`${raw}.at`, log)
  if (found.size > from) await fold({ log, stream, raw, from, time: logTime(found.mtimeMs) })
  await rm(raw, { force: true })
  await rm(`${raw}.at`, { force: true })
}

/** How far the shim came: see {@link RawPosition}. */
async function foldedUpTo(note: string, log: string): Promise<number> {
  try {
    const position = JSON.parse(await readFile(note, 'utf8')) as RawPosition
    const live = await stat(log)
    const wasWritten = live.ino !== position.inode || live.size > position.size
    return wasWritten ? position.to : position.from
  } catch {
    // Nothing was folded yet.
    return 0
  }
}

type Job = { log: string; stream: StreamName; raw: string; from: number; time: string }

async function fold(job: Job): Promise<void> {
  const input = await open(job.raw, 'r')
  const output = await open(job.log, 'a', 0o600)
  const note = await open(`${job.raw}.at`, 'w', 0o600)
  try {
    const block = Buffer.allocUnsafe(blockBytes)
    for (let from = job.from; ; ) {
      const { bytesRead } = await input.read(block, 0, blockBytes, from)
      if (bytesRead === 0) return
      const { ino, size } = await output.stat()
      const position: RawPosition = { from, to: from + bytesRead, inode: ino, size }
      await note.write(`${JSON.stringify(position)}\n`.padEnd(120), 0)
      // Bytes stay as they are, whatever their encoding.
      await output.write(Buffer.from(formatCri(block.toString('latin1', 0, bytesRead), job), 'latin1'))
      from = position.to
    }
  } finally {
    await Promise.all([input.close(), output.close(), note.close()])
  }
}
