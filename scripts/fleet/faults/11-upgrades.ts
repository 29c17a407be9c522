// The engines are upgraded one after the other, and then all hosts begin anew at once: no call fails while an engine goes, and nothing exclusive lives twice.
import { setTimeout as delay } from 'node:timers/promises'
import type { Trial } from '../trial/trial.ts'

export const title =
  'while engines are upgraded one by one no call fails and nothing is begun anew; all is whole again after all hosts have begun anew at once'
export const boundMs = 600_000

/** Between two calls at each host. */
const everyMs = 100

export async function run(t: Trial): Promise<void> {
  const fleet = await t.fleet()
  // On one of three hosts: the others call it there.
  await fleet.start('web')
  await fleet.start('only', { exclusive: true })
  await fleet.whole()
  // What is exclusive ends where no beat is taken for long enough, as while the engines agree on who leads.
  const pids = async () => (await fleet.status('web')).runs.map(({ pid }) => pid)
  const before = await pids()
  let [called, isOver] = [0, false]
  const failed: string[] = []
  const calling = fleet.hosts.map(async host => {
    while (!isOver) {
      await fleet.call('web', 'who', { at: host }).catch(error => failed.push((error as Error).message))
      called++
      await delay(everyMs)
    }
  })
  try {
    for (const engine of fleet.engines.names) {
      // It says that it goes, and sends its clients to the others; what takes its place has what it has kept.
      await fleet.engines.retire(engine)
      await fleet.engines.start(engine)
      await fleet.whole()
    }
  } finally {
    isOver = true
    await Promise.all(calling)
  }
  t.measure('engines upgraded one by one', `${called} calls, ${failed.length} failed`)
  if (failed.length > 0) throw new Error(`calls failed: ${failed.slice(0, 3).join('; ')}`)
  const after = await pids()
  if (after.join() !== before.join()) throw new Error(`runs were ${before}, and are ${after}: they were begun anew`)
  await Promise.all(fleet.hosts.map(async host => await host.killHost()))
  const backMs = performance.now()
  await Promise.all(fleet.hosts.map(async host => await host.up()))
  for (const at of fleet.hosts) await fleet.whole({ at })
  t.measure('all hosts begun anew at once, until all is whole', `${((performance.now() - backMs) / 1000).toFixed(1)} s`)
  fleet.checkAlone()
}
