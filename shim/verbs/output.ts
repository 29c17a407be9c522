// What a run of a script has written, as a stream of bytes: read part by part, and where a host goes away meanwhile, on from there
// by the next one.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodInput } from '../../protocol/methods.ts'
import type { RunOutput } from '../../protocol/words.ts'

/** How long the host waits for more, each time that it is asked. */
const waitMs = 30_000

type Asked = Pick<MethodInput<'pod.output'>, 'run' | 'offset' | 'waitMs' | 'encoding'>

type OutputOptions = {
  run?: string | undefined
  offset?: number | undefined
  /** Go on until the run is over. */
  follow?: boolean | undefined
  /** Resolves once there is a host. */
  present: () => Promise<void>
}

/** @throws {P8aError} what the host answers */
export async function* readOutput(
  ask: (part: Asked) => Promise<RunOutput>,
  { run, offset = 0, follow = false, present }: OutputOptions,
): AsyncGenerator<Uint8Array, void, undefined> {
  // The newest run is meant at first, and that one from then on.
  let meant = run
  for (let next = offset; ; ) {
    const about = meant === undefined ? {} : { run: meant }
    let part: RunOutput
    try {
      part = await ask({ ...about, offset: next, waitMs: follow ? waitMs : 0, encoding: 'base64' })
    } catch (error) {
      if (!(error instanceof P8aError && error.code === 'host_gone')) throw error
      await present()
      continue
    }
    meant = part.run
    const isEmpty = part.next === next
    next = part.next
    if (!isEmpty) yield Buffer.from(part.data, 'base64')
    if (part.done || (isEmpty && !follow)) return
  }
}
