// Short scripts, many of them, and many at once, over the HTTP view.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { nowMs, until } from '../clock.ts'
import { cpuMs } from '../processes.ts'
import { ViewClient } from '../view-client.ts'
import type { Row } from './row.ts'

/** How many are asked for at the same time. */
const width = 8
const atOnce = 50

export const scripts: Row = {
  id: 'scripts',
  title: 'scripts over HTTP',
  how: '`POST /processes` starts `true` 300 times (with --quick 100), 8 requests at a time. The row shows the rate until the record of the last run has its end, the CPU time of the host for each run, and the time until 50 runs that were started together all run. Bare: a loop in Node spawns `/bin/true` as often, 8 at a time, until the last one has exited.',
  figures: [
    { id: 'rate', title: 'scripts started and recorded a second', unit: 'starts', aim: 'over 100' },
    { id: 'cpu', title: 'CPU of the host for one script', unit: 'ms', aim: '' },
    { id: 'fifty', title: '50 scripts → all running', unit: 'ms', aim: '' },
  ],
  isFor: manager => manager.view !== undefined,
  async measure(session) {
    const { manager, samples, options } = session
    await manager.up([])
    const view = manager.view?.()
    if (!view) return
    const client = new ViewClient(view)
    const count = options.isQuick ? 100 : 300
    await client.createScript('truth', '#!/bin/true\n')
    await client.createScript('nap', 'exec sleep 100\n')
    // The first has its keeper booted.
    await client.start('truth')
    await client.allEnded('truth')
    for (let round = session.rounds({ full: 7, quick: 3 }); round > 0; round--) {
      samples.addBare('rate', perSecond(count, await timed(() => inTurns(count, spawnTrue))))
      const [daemon = 0] = manager.daemonPids()
      const before = cpuMs(daemon)
      const tookMs = await timed(async () => {
        await inTurns(count, () => client.start('truth'))
        await client.allEnded('truth')
      })
      samples.add('rate', perSecond(count, tookMs))
      samples.add('cpu', (cpuMs(daemon) - before) / count)
      samples.add('fifty', await timed(() => startFifty(client)))
      await client.stopAll('nap')
    }
    client.close()
  },
}

async function startFifty(client: ViewClient): Promise<void> {
  await Promise.all(Array.from({ length: atOnce }, () => client.start('nap')))
  await until(async () => (await client.running('nap')) === atOnce, { what: '50 scripts run' })
}

async function spawnTrue(): Promise<void> {
  await once(spawn('/bin/true', { stdio: 'ignore', detached: true }), 'exit')
}

async function inTurns(count: number, work: () => Promise<unknown>): Promise<void> {
  let left = count
  const worker = async () => {
    while (left-- > 0) await work()
  }
  await Promise.all(Array.from({ length: width }, worker))
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const sinceMs = nowMs()
  await work()
  return nowMs() - sinceMs
}

function perSecond(count: number, ms: number): number {
  return (count / ms) * 1000
}
