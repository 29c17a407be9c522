// A pod of the fleet as people see it: what is wanted, and what its hosts tell. Pure.
import type { HandledStatus } from 'p8a'
import type { PodRecord } from '../records.ts'
import type { Tables } from './tables.ts'

export type PodView = HandledStatus & { waits: boolean; text: string; runs: { id: string }[] }

export function statusOf(
  record: PodRecord,
  { tables, isAlive }: { tables: Tables; isAlive: (host: string) => boolean },
): PodView {
  const there = tables.hostsWith(record.name).flatMap(({ name, pods }) => {
    const report = pods[record.name]
    return report && isAlive(name) ? [{ host: name, ...report }] : []
  })
  const current = there.filter(({ turn, host }) => turn === record.turn && record.assigned[host] !== undefined)
  const up = current.reduce((sum, { up }) => sum + up, 0)
  const well = current.reduce(
    (sum, { up, isEnough, host }) => sum + (isEnough ? Math.max(up, record.assigned[host] ?? 0) : up),
    0,
  )
  const failed = there.find(
    ({ status, failed, turn, host }) =>
      record.assigned[host] !== undefined && (status === 'error' || (failed !== '' && turn === record.turn)),
  )
  const places = there
    .filter(({ runs }) => runs.length > 0)
    .map(({ host, up, runs }) => `${host} (${Math.max(up, runs.length)})`)
  const status =
    record.want === 'idle' ? 'idle' : failed && !record.waits ? 'error' : well >= record.scale ? 'up' : 'waiting'
  const text =
    status === 'error'
      ? `${failed?.host}: ${failed?.failed || failed?.text}`
      : record.waits || (places.length > 0 ? `on ${places.join(', ')}` : '')
  const image = record.images.find(({ version }) => version === record.version) ?? record.images.at(-1)
  return {
    name: record.name,
    status,
    text,
    waits: record.waits !== '',
    kind: 'service',
    version: record.version,
    latest: record.images.at(-1)?.version ?? 0,
    hash: image?.hash ?? '',
    want: record.want,
    scale: record.scale,
    up,
    restarts: there.reduce((sum, { restarts }) => sum + restarts, 0),
    params: record.params,
    exports: image?.exports ?? [],
    runs: there.flatMap(({ host, runs, version }) =>
      runs.map(run => ({ restarts: 0, ...run, version, id: `${host}.${run.id}` })),
    ),
  }
}
