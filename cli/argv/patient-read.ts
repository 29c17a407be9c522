// The bytes of a file that somebody names. It may be a pipe, into which another program has yet to write. A plain open waits for
// that program, cannot be called off, and would keep this process from ending; so this one asks again and again.
import { constants } from 'node:fs'
import { type FileHandle, open, readlink } from 'node:fs/promises'
import { setTimeout as after } from 'node:timers/promises'
import { awakeMs } from '../../protocol/deadline.ts'
import { durationMs, durationProblem } from '../../protocol/duration.ts'
import { P8aError } from '../../protocol/errors.ts'
import { environment } from '../environment.ts'

const usualSilenceMs = 60_000
const variable = 'P8A_FILE_TIMEOUT'

const againMs = 20
const blockBytes = 64 * 1024

/**
 * @returns all bytes; where there are more than `maxBytes`, one more than that
 * @throws as {@link patientParts}
 */
export async function patientRead(file: string, maxBytes: number): Promise<Buffer> {
  const parts: Buffer[] = []
  let bytes = 0
  for await (const part of patientParts(file)) {
    parts.push(part)
    bytes += part.length
    if (bytes > maxBytes) break
  }
  return Buffer.concat(parts).subarray(0, maxBytes + 1)
}

/**
 * The bytes as they come.
 * @throws {P8aError} `timeout` if nothing comes for `P8A_FILE_TIMEOUT`; `usage` if that is no duration
 * @throws {NodeJS.ErrnoException} if it cannot be read
 */
export async function* patientParts(file: string): AsyncGenerator<Buffer> {
  const silenceMs = silenceOf(environment.fileTimeout)
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK)
  try {
    // The end of a named pipe is no end before anybody has opened it for writing.
    let hasWriter = !(await isNamedPipe(handle))
    let heardMs = awakeMs()
    while (true) {
      const block = await readSome(handle)
      if (block?.length === 0 && hasWriter) return
      hasWriter ||= block?.length !== 0
      if (block && block.length > 0) {
        yield block
        heardMs = awakeMs()
      } else if (awakeMs() - heardMs >= silenceMs) throw silent(file, { silenceMs, hasWriter })
      else await after(againMs)
    }
  } finally {
    await handle.close()
  }
}

/** @returns undefined: nothing has come yet */
async function readSome(handle: FileHandle): Promise<Buffer | undefined> {
  try {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(blockBytes), 0, blockBytes, null)
    return buffer.subarray(0, bytesRead)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return undefined
    throw error
  }
}

/** The pipe of a shell's `<(…)` or of stdin has no name: it had a writer from the beginning. */
async function isNamedPipe(handle: FileHandle): Promise<boolean> {
  if (!(await handle.stat()).isFIFO()) return false
  // Where there is no /proc, a pipe without a writer and without bytes is waited for too.
  return !(await readlink(`/proc/self/fd/${handle.fd}`).catch(() => '')).startsWith('pipe:')
}

function silent(file: string, { silenceMs, hasWriter }: { silenceMs: number; hasWriter: boolean }): P8aError {
  const why = hasWriter ? 'nothing came from it' : 'it is a pipe, and nobody wrote into it'
  const text = `Cannot read ${JSON.stringify(file)}: ${why} for ${silenceMs / 1000} s`
  return new P8aError('timeout', text, { hint: `${variable}=5m waits longer`, facts: { file, silenceMs } })
}

function silenceOf(given: string | undefined): number {
  if (given === undefined) return usualSilenceMs
  const ms = durationMs(given)
  if (ms !== undefined) return ms
  throw new P8aError('usage', `Cannot take ${JSON.stringify(given)} for ${variable}: it ${durationProblem(given)}`, {
    facts: { variable },
  })
}
