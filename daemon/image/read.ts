// Reads a pushed image statically: a small one here, a large one in a process of its own, unless it ships with p8a.
import { fromWireError, P8aError, type WireError } from '../../protocol/errors.ts'
import { Gate } from '../system/gate.ts'
import { readerCommand } from '../system/programs.ts'
import { runProgram } from '../system/run-program.ts'
import type { Inspected } from './inspect.ts'
import { readWhenBuilt } from './shipped.ts'

/** From here on parsing takes longer than the boot of a process. */
const largeCharacters = 64 * 1024
/** How long a process may take. */
const readMs = 60_000
/** Each process takes many times the size of its image. */
const gate = new Gate({ width: 2 })

/** @throws {P8aError} what `inspectImage` throws; `bad_image` if the process was killed */
export async function readPushed(code: string, source: { map?: string; file: string }): Promise<Inspected> {
  if (code.length >= largeCharacters) return (await readWhenBuilt(code)) ?? (await readApart(code, source))
  // Only this needs the parser, so a host without pushes need not load it.
  const { inspectImage } = await import('./inspect.ts')
  return inspectImage(code, source)
}

async function readApart(code: string, source: { map?: string; file: string }): Promise<Inspected> {
  const leave = await gate.enter()
  try {
    const input = [JSON.stringify(source), '\n', code]
    const reading = runProgram(readerCommand(), { input, timeoutMs: readMs })
    const {
      output,
      code: exitCode,
      signal,
    } = await reading.catch(error => {
      throw notRead(source.file, (error as Error).message)
    })
    if (exitCode !== 0) throw notRead(source.file, signal ?? `code ${exitCode}`)
    const answer = JSON.parse(output) as { inspected: Inspected } | { error: WireError }
    if ('error' in answer) throw fromWireError(answer.error)
    return answer.inspected
  } finally {
    leave()
  }
}

function notRead(file: string, end: string): P8aError {
  return new P8aError('bad_image', `Cannot push ${file}: the process that reads it ended with ${end}`, {
    hint: 'It may need more memory than there is; bundle less into it',
    facts: { file },
  })
}
