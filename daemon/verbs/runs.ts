// `pod.runs`: the records of a pod's runs, or of all pods'.
import type { MethodParams, MethodResults } from '../../protocol/methods.ts'
import type { RunRecord } from '../store/run-record.ts'
import type { Place } from '../tree/place.ts'
import { findRun } from './find-run.ts'
import { endlessRoom } from './room.ts'
import { infoOf, processStatusOf } from './run-info.ts'
import type { Caller } from './verb.ts'

/** What the records of a pod take, about. */
const recordsBytes = 256 * 1024

/** @throws {P8aError} `pod_not_found` */
export async function runs(
  place: Place,
  params: MethodParams<'pod.runs'>,
  { room = endlessRoom }: Pick<Caller<'pod.runs'>, 'room'>,
): Promise<MethodResults['pod.runs']> {
  if (params.run !== undefined) {
    const { record } = findRun(place.pods, params.name ?? params.run, params.run)
    return { runs: [infoOf(record)], total: 1 }
  }
  const asked = params.name === undefined ? place.pods.all() : [place.pods.get(params.name)]
  const kept = asked.filter(({ supervisor }) => supervisor.keeping.kind === 'script' || !params.scripts)
  const found = await room(kept.length * recordsBytes, async () => {
    const read = await Promise.all(kept.map(({ supervisor }) => supervisor.keeping.records()))
    return read.flat().filter(record => isAsked(record, params))
  })
  if (params.name === undefined) found.sort((a, b) => (beganAt(a) < beganAt(b) ? 1 : -1))
  const { offset, limit } = params
  return { runs: found.slice(offset, offset + limit).map(infoOf), total: found.length }
}

function isAsked(record: RunRecord, { active, failed, status, since }: MethodParams<'pod.runs'>): boolean {
  const isOver = record.state === 'ended' || record.state === 'lost'
  if (active && isOver) return false
  if (failed && !(isOver && hasFailed(record))) return false
  if (status !== undefined && processStatusOf(record) !== status) return false
  return since === undefined || Date.parse(beganAt(record)) >= Date.parse(since)
}

/** A stop is no failure. */
function hasFailed({ end }: RunRecord): boolean {
  return end?.reason !== 'stopped' && !(end?.reason === 'exited' && end.code === 0)
}

function beganAt({ script, startedAt }: RunRecord): string {
  return script?.queuedAt ?? startedAt
}
