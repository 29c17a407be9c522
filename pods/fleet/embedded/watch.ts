// A watch of the values of a hub, which begins anew as a real one does: after a cut, and where the faults say so.
import { isBelow } from '../port/keys.ts'
import type { StateChange } from '../port/ports.ts'
import { Changes } from '../port/stream-of-changes.ts'
import type { Faults } from './faults.ts'
import type { Hub } from './hub.ts'

export type WatchHow = {
  prefix: string
  signal: AbortSignal
  faults: Faults
  cut: EventTarget
  isUp: () => boolean
}

export async function* watchHub(hub: Hub, how: WatchHow): AsyncGenerator<StateChange> {
  const { prefix, signal, faults, cut, isUp } = how
  const changes = new Changes<StateChange>()
  const begin = () => {
    changes.push({ t: 'reset' })
    for (const [key, kept] of hub.values) if (isBelow(prefix, key)) changes.push({ t: 'set', key, ...kept })
    changes.push({ t: 'synced' })
  }
  const told = (change: StateChange & { key: string }) => {
    if (!isUp() || !isBelow(prefix, change.key)) return
    changes.push(change)
    if (faults.random() < faults.reset) begin()
  }
  const cutOff = { t: 'stale', why: 'this host is cut off' } as const
  const onCut = () => (isUp() ? begin() : changes.push(cutOff))
  const onAbort = () => changes.close()
  hub.watchers.add(told)
  cut.addEventListener('cut', onCut)
  signal.addEventListener('abort', onAbort)
  if (signal.aborted) changes.close()
  if (isUp()) begin()
  else changes.push(cutOff)
  try {
    yield* changes
  } finally {
    hub.watchers.delete(told)
    cut.removeEventListener('cut', onCut)
    signal.removeEventListener('abort', onAbort)
  }
}
