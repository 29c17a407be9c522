// Verbs in hosts within hosts.
import { readFileSync } from 'node:fs'
import { nowMs } from '../clock.ts'
import type { Row } from './row.ts'

const depths = [1, 4, 16]
const timeoutMs = 30_000

export const depth: Row = {
  id: 'depth',
  title: 'verbs at depth 1, 4 and 16',
  how: 'Sixteen hosts, each made by a pod of the one before. The row shows the time of `status` for a pod, and of a call of a function in it, over an open connection, one after the other, at each depth in turn.',
  figures: depths.flatMap(depth => [
    { id: `status-${depth}`, title: `status at depth ${depth}`, unit: 'µs', aim: 'as at depth 1' },
    { id: `call-${depth}`, title: `call at depth ${depth}`, unit: 'µs', aim: 'as at depth 1' },
  ]),
  isFor: manager => manager.connect !== undefined,
  async measure(session) {
    const { manager, samples, options } = session
    await manager.up([])
    const connection = await manager.connect?.()
    if (!connection) throw new Error('It has no connection that stays open')
    try {
      const names: string[] = []
      for (let level = 0; level <= Math.max(...depths); level++) {
        const path = Array.from({ length: level }, (_, at) => `h${at + 1}.`).join('')
        const pod = { ...session.app('host.mjs', 'pod', { host: `h${level + 1}` }), name: `${path}pod` }
        await connection.push(pod.name, readFileSync(pod.file, 'utf8'))
        await connection.start(pod)
        names.push(pod.name)
      }
      const count = options.isQuick ? 300 : 2000
      for (let round = session.rounds({ full: 7, quick: 3 }); round > 0; round--) {
        for (const depth of depths) {
          const name = names[depth] ?? ''
          const call = () => connection.call(name, 'add', { args: [1, 2], timeoutMs })
          samples.add(`status-${depth}`, await microseconds(count, () => connection.status(name)))
          samples.add(`call-${depth}`, await microseconds(count, call))
        }
      }
    } finally {
      connection.close()
    }
  },
}

/** What one of `count` takes. */
async function microseconds(count: number, work: () => Promise<unknown>): Promise<number> {
  const startMs = nowMs()
  for (let done = 0; done < count; done++) await work()
  return ((nowMs() - startMs) / count) * 1000
}
