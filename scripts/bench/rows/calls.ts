// Calls between two pods on one host.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { run } from '../command.ts'
import { callBetween } from './pods-that-call.ts'
import type { Row } from './row.ts'

const width = 1000
const ping = fileURLToPath(new URL('../apps/ping.mjs', import.meta.url))

export const calls: Row = {
  id: 'calls',
  title: 'calls between two pods',
  how: 'One pod calls `add(a, b)` of another, one call after the other, and 1,000 at the same time. Bare: two Node processes that send messages of the same length back and forth over a Unix socket and do nothing with them.',
  figures: [
    { id: 'one', title: 'calls a second, one at a time', unit: 'calls', aim: 'at least 0.5×' },
    { id: 'latency', title: 'a call and its answer', unit: 'µs', aim: 'at most 2.0×' },
    { id: 'pipelined', title: 'calls a second, 1,000 at a time', unit: 'calls', aim: 'over 100,000' },
  ],
  isFor: manager => manager.connect !== undefined,
  async measure(session) {
    const { samples, dir, env, options } = session
    const counts = options.isQuick
      ? { one: 5000, pipelined: 100_000, width }
      : { one: 20_000, pipelined: 500_000, width }
    const bare = {
      program: process.execPath,
      args: [ping, join(dir, 'ping.sock'), JSON.stringify(counts)],
      env,
      cwd: dir,
    }
    await callBetween(session, { scale: 1 }, async call => {
      for (let round = session.rounds({ full: 7, quick: 3 }); round > 0; round--) {
        const raw = JSON.parse((await run(bare)).output) as { one: number; latencyUs: number; pipelined: number }
        const one = (await call('one', counts.one)) as { perSecond: number; latencyUs: number }
        samples.addBare('one', raw.one)
        samples.add('one', one.perSecond)
        samples.addBare('latency', raw.latencyUs)
        samples.add('latency', one.latencyUs)
        samples.addBare('pipelined', raw.pipelined)
        samples.add('pipelined', (await call('pipelined', counts.pipelined, width)) as number)
      }
    })
  },
}
