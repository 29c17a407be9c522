// How far a reload has come, for somebody who waits for it at a terminal.
import { setTimeout as delay } from 'node:timers/promises'
import type { PodStatus } from '../../protocol/words.ts'
import type { RemoteHost } from '../remote/remote-host.ts'
import type { Output } from '../say/output.ts'
import { spin } from '../say/spinner.ts'

type Shown = { name: string; doing: string; output: Output; isSeen?: boolean }

/** How often the host is asked. */
const askMs = 500

/** Waits for a reload of a pod, and shows how many of its runs are new. @param of `doing`: what is shown, such as `Reloading web` */
export async function spinReload(
  host: Pick<RemoteHost, 'call'>,
  { name, doing, output, isSeen = process.stderr.isTTY && !output.json }: Shown,
  reload: () => Promise<PodStatus>,
): Promise<PodStatus> {
  let text = doing
  if (!isSeen) return await spin(text, output, reload())
  const ask = async () => await host.call('pod.status', { name }).catch(() => undefined)
  const ending = new AbortController()
  const asked = ask()
  const reloading = reload().finally(() => ending.abort())
  const look = async () => {
    const known = await asked
    const before = new Set(known?.runs.map(({ id }) => id))
    while (known && !ending.signal.aborted) {
      const pod = await ask()
      if (pod) text = `${doing}: ${newOf(pod, before)} of ${pod.scale} ${pod.scale === 1 ? 'run is' : 'runs are'} new`
      await delay(askMs, undefined, { signal: ending.signal }).catch(() => {})
    }
  }
  void look()
  return await spin(() => text, output, reloading)
}

function newOf({ runs }: PodStatus, before: ReadonlySet<string>): number {
  return runs.filter(({ id, state }) => state === 'up' && !before.has(id)).length
}
