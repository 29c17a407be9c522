// A watch of a bucket. Any server that keeps the bucket may serve it, also one that came back a moment ago and still lacks what was written meanwhile.
// So all is told only once the last value is that the leader knew, and a watch that goes back to older values is over.
import type { Bucket, KV, KvWatchEntry } from '@nats-io/kv'
import type { StateChange } from '../port/ports.ts'
import { Changes } from '../port/stream-of-changes.ts'
import type { Deafness } from './deafness.ts'

/** A key that is always there, so that a watch knows when it has told all. */
export const mark = '-'

/** @throws {Error} if it tells what is older than what it has told: it has to be watched anew */
export async function* watched(
  kv: KV,
  { prefix, signal, deafness }: { prefix: string; signal: AbortSignal; deafness: Deafness },
): AsyncGenerator<StateChange> {
  const keys = prefix === '' ? ['>'] : [prefix, `${prefix}.>`, mark]
  const newest = Math.max(...(await Promise.all(keys.map(async key => await lastOf(kv as Bucket, key)))))
  const entries = await kv.watch({ key: keys })
  const changes = new Changes<StateChange>()
  const stop = () => {
    entries.stop()
    changes.close()
  }
  signal.addEventListener('abort', stop)
  if (signal.aborted) stop()
  changes.push({ t: 'reset' })
  const reading = read(entries, { changes, deafness, newest }).finally(() => changes.close())
  try {
    yield* changes
    await reading
  } finally {
    signal.removeEventListener('abort', stop)
    stop()
  }
}

/** The revision of the last value of all those keys, as the leader knows it; 0 if there is none. */
async function lastOf(kv: Pick<Bucket, 'jsm' | 'stream' | 'subjectForKey'>, key: string): Promise<number> {
  const last = await kv.jsm.streams.getMessage(kv.stream, { last_by_subj: kv.subjectForKey(key) })
  return last?.seq ?? 0
}

/** @param to.newest the revision up to which it has to tell before all is told */
async function read(
  entries: AsyncIterable<KvWatchEntry>,
  { changes, deafness, newest }: { changes: Changes<StateChange>; deafness: Deafness; newest: number },
): Promise<void> {
  let isSynced = false
  let told = 0
  for await (const { key, value, revision, operation, delta } of entries) {
    if (revision <= told) throw new Error('a server tells what is older than what was told')
    told = revision
    deafness.told(revision)
    if (key !== mark && operation === 'PUT') changes.push({ t: 'set', key, value, rev: String(revision) })
    if (key !== mark && operation !== 'PUT') changes.push({ t: 'del', key })
    if (!isSynced && revision >= newest && (delta ?? 0) === 0) {
      isSynced = true
      changes.push({ t: 'synced' })
    }
  }
}
