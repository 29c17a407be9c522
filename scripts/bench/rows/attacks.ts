// What other pods notice while one takes more than it may: the time of a call, beside that of the same call before.
import { setTimeout as delay } from 'node:timers/promises'
import type { PodConfigInput } from '../../../protocol/config.ts'
import type { Connection } from '../adapters/manager.ts'
import { nowMs } from '../clock.ts'
import { median } from '../statistics.ts'
import type { Row } from './row.ts'

/** `line`: a command of the shell that a child of the pod runs. */
type Attack = { id: string; title: string; line: string; limits: PodConfigInput['limits'] }

const all: readonly Attack[] = [
  {
    id: 'slowly',
    title: 'a pod that takes memory slowly',
    line: `exec node -e 'const kept = []; setInterval(() => kept.push(Buffer.alloc(5e6, 1)), 50)'`,
    limits: { memory: '150MB' },
  },
  {
    id: 'at-once',
    title: 'a pod that takes 10 GB at once',
    line: `exec node -e 'const kept = []; while (kept.length < 1e4) kept.push(Buffer.alloc(1e6, 1))'`,
    limits: { memoryMax: '200MB' },
  },
  {
    id: 'forks',
    title: 'a pod that starts processes without end',
    line: 'while :; do sleep 60 & done',
    limits: { processes: 30 },
  },
  {
    id: 'spins',
    title: 'a pod that spins',
    line: 'timeout 6 sh -c "while :; do :; done"',
    limits: { nice: 15 },
  },
  {
    id: 'prints',
    title: 'a pod that prints without end',
    line: 'timeout 6 yes abcdefghijklmnopqrstuvwxyz',
    limits: { logs: '2MB' },
  },
  {
    id: 'writes',
    title: 'a pod that writes without end',
    line: 'while :; do head -c 1000000 /dev/zero >> more; done',
    limits: { storage: '20MB' },
  },
]

const attacker = `import { spawn } from 'node:child_process'
export const attack = line => { spawn('/bin/sh', ['-c', line], { stdio: 'inherit' }) }
export default () => {}`

const calledMs = 4000
const restMs = 5

export const attacks: Row = {
  id: 'attacks',
  title: 'a call to another pod, while one attacks',
  how: 'A pod is called over and over for 4 s, with 5 ms between two calls over a connection that stays open, and the median is taken: first with nothing else to do, which stands in the column of bare Node; then while another pod, which has a limit that is watched, goes beyond it. What is killed is tried again, as by default.',
  figures: all.map(({ id, title }) => ({ id, title, unit: 'ms', aim: 'at most 2.0×' }) as const),
  isFor: manager => manager.connect !== undefined,
  async measure(session) {
    const { manager, samples } = session
    await manager.up([])
    const connection = await manager.connect?.()
    if (!connection) throw new Error('It has no connection that stays open')
    try {
      const victim = session.app('idle.js', 'victim')
      await connection.push('victim', 'export const answer = () => 1\nexport default () => {}')
      await connection.startWith(victim, {})
      const turns = session.rounds({ full: 5, quick: 1 })
      for (let turn = 0; turn < turns; turn++)
        for (const { id, line, limits } of all) {
          const app = session.app('idle.js', `${id}-${turn}`)
          await connection.push(app.name, attacker)
          await connection.startWith(app, { limits })
          samples.addBare(id, await medianOf(connection))
          await connection.call(app.name, 'attack', { args: [line], timeoutMs: calledMs })
          samples.add(id, await medianOf(connection))
          await connection.stop(app)
        }
    } finally {
      connection.close()
    }
  },
}

/** Of the calls of some seconds, in milliseconds. */
async function medianOf(connection: Connection): Promise<number> {
  const took: number[] = []
  for (const endMs = nowMs() + calledMs; nowMs() < endMs; await delay(restMs)) {
    const startMs = nowMs()
    await connection.call('victim', 'answer', { args: [], timeoutMs: 10_000 })
    took.push(nowMs() - startMs)
  }
  return median(took)
}
