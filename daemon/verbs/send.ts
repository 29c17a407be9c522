// `pod.send`: writes into the stdin of the runs of a pod.
import { P8aError } from '../../protocol/errors.ts'
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import { quote, runId } from '../../protocol/names.ts'
import { decode } from '../script/encoding.ts'
import { writeFifo } from '../system/fifo.ts'
import { stdinPipe } from '../system/paths.ts'
import { findCallees } from '../tree/callees.ts'
import type { Caller, Site } from './verb.ts'

/** @throws {P8aError} `pod_not_found`, `pod_not_up`, `run_not_found`, `unsupported` where stdin is not open, `timeout` */
export async function send(
  { seams, pods }: Site,
  { name, text, encoding }: MethodParams<'pod.send'>,
  { signal }: Caller<'pod.send'>,
): Promise<MethodResults['pod.send']> {
  const { supervisor, runs } = findCallees(pods, name)
  const pod = supervisor.name
  if (supervisor.inForce?.config.stdin !== 'open')
    throw new P8aError('unsupported', `Cannot send to pod ${quote(pod)}: its stdin is empty`, {
      hint: "Start it again with --stdin-open, or write stdin: 'open' into its config",
      facts: { pod },
    })
  if (runs.length === 0) throw supervisor.keeping.notUp(name)
  const bytes = decode(text, encoding)
  const until = AbortSignal.any([signal, AbortSignal.timeout(seams.settings.callTimeout)])
  const to = runs.map(({ ref }) => ref.number)
  for (const number of to) {
    const written = await writeFifo(stdinPipe(seams.paths.pod(pod), number), bytes, until).catch(cause => {
      throw new P8aError('pod_not_up', `Run ${runId(pod, number)} does not read its stdin: ${cause.message}`, {
        facts: { pod, run: runId(pod, number) },
        cause,
      })
    })
    if (written < bytes.length)
      throw new P8aError('timeout', `Run ${runId(pod, number)} has read ${written} of ${bytes.length} bytes so far`, {
        hint: 'It does not read its stdin fast enough; callTimeout in host.json says how long is waited',
        facts: { pod, run: runId(pod, number), written },
      })
  }
  return { name: pod, runs: to.map(number => runId(pod, number)), bytes: bytes.length }
}
