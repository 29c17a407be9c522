// How one run of a service is stopped. The count stays as it is wanted, so another run comes in its place.
import { P8aError } from '../../../protocol/errors.ts'
import type { MethodParams } from '../../../protocol/methods.ts'
import { quote } from '../../../protocol/names.ts'
import type { Stopped } from '../../../protocol/words.ts'
import type { Slots } from '../../pod/slots.ts'
import type { RunRecord } from '../../store/run-record.ts'
import type { Pod, PodHost } from './keeping.ts'

/** @throws {P8aError} `run_not_found` */
export async function stopServiceRun(
  host: PodHost,
  { pod, slots, records }: { pod: Pod; slots: Slots; records: () => Promise<RunRecord[]> },
  { number, name, wait, drainMs }: MethodParams<'pod.stop'> & { number: number },
): Promise<Stopped> {
  if (!pod.runs.has(number)) return endedAlready(pod, name, await records())
  host.seams.log.info('verb', drainMs === undefined ? 'stop' : 'drain and stop', { pod: pod.name, run: name })
  const work = async () => {
    if (drainMs !== undefined) await slots.drain([number], drainMs)
    await slots.replace(number)
  }
  const ends = await pod.collectEnds(async () => {
    if (!wait) return void work()
    await work()
    await pod.until(() => !pod.runs.has(number))
  })
  const text = `${name} ${wait ? 'is stopped' : 'is stopping'}${pod.isWanted ? ', and another run takes its place' : ''}`
  return { name: pod.name, status: pod.state, ended: ends.filter(({ run }) => run === name), text }
}

export function noKill(pod: Pod, run: string): P8aError {
  return new P8aError('unsupported', `Cannot kill run ${quote(run)} alone: another would take its place`, {
    hint: { text: 'To kill the pod, and keep it down', do: { verb: 'kill', args: [pod.name] } },
    facts: { pod: pod.name },
  })
}

function endedAlready(pod: Pod, name: string, records: readonly RunRecord[]): Stopped {
  const record = records.find(({ id }) => id === name)
  if (!record) {
    throw new P8aError('run_not_found', `There is no run ${quote(name)}`, {
      hint: { text: 'To see the runs that exist', do: { verb: 'runs', args: [pod.name] } },
      facts: { pod: pod.name },
    })
  }
  const { code, signal, reason } = record.end ?? { code: null, signal: null, reason: 'lost' as const }
  return {
    name: pod.name,
    status: pod.state,
    ended: [{ run: name, code, signal, reason }],
    text: `${name} had ended already`,
  }
}
