// What each limit and each isolation costs a run: its start, and its memory.
import { randomUUID } from 'node:crypto'
import { chmodSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import type { PodConfigInput } from '../../../protocol/config.ts'
import type { Connection } from '../adapters/manager.ts'
import { nowMs, until } from '../clock.ts'
import { familyOf, memoryOf, processesWith } from '../processes.ts'
import type { Session } from '../session.ts'
import type { Row } from './row.ts'

type Bound = { id: string; title: string; config: PodConfigInput }

/** What takes a process in reserve is to be compared with the first; what needs its own, with `own`. */
const all: readonly Bound[] = [
  { id: 'none', title: 'no limit', config: {} },
  { id: 'watched', title: 'memory, processes and storage (watched)', config: watched() },
  { id: 'nice', title: 'nice and oom', config: { limits: { nice: 1, oom: 100 } } },
  { id: 'files', title: 'files (ulimit)', config: { limits: { files: 1024 } } },
  { id: 'cpu', title: 'cpu (cgroup)', config: { limits: { cpu: 1 } } },
  { id: 'own', title: 'no limit, a process of its own', config: { nodeFlags: ['--trace-uncaught'] } },
  { id: 'user', title: 'a user of its own', config: { user: 'nobody' } },
  { id: 'permission', title: 'isolate: permission', config: { isolate: 'permission' } },
  { id: 'sandbox', title: 'isolate: sandbox (bubblewrap)', config: { isolate: 'sandbox' } },
  { id: 'container', title: 'isolate: container (podman)', config: { isolate: 'container' } },
]

/** None of which is reached. */
function watched(): PodConfigInput {
  return { limits: { memory: '1GB', processes: 1000, storage: '1GB' } }
}

export const bounds: Row = {
  id: 'bounds',
  title: 'what each limit costs: a start, and memory',
  how: 'A pod that does nothing is started over an open connection, with one limit or isolation after the other in each round: the time until the answer that it is up, and 2 s later the memory of its process and of all others that there are for it (`smaps_rollup`), such as bubblewrap, or the client and the monitor of podman. Without a limit, and with one that a process can be given later, one in reserve is taken; a user and each isolation need a process of their own. What the machine cannot hold has no figure.',
  figures: all.flatMap(({ id, title }) => [
    { id: `start-${id}`, title: `${title}: start → up`, unit: 'ms', aim: '' } as const,
    { id: `rss-${id}`, title: `${title}: RSS`, unit: 'MB', aim: '' } as const,
    { id: `private-${id}`, title: `${title}: private`, unit: 'MB', aim: '' } as const,
  ]),
  isFor: manager => manager.connect !== undefined,
  async measure(session) {
    // The other user has to come to its files.
    for (const dir of [session.dir, dirname(session.dir)]) chmodSync(dir, 0o711)
    await session.manager.up([])
    const connection = await session.manager.connect?.()
    if (!connection) throw new Error('It has no connection that stays open')
    try {
      await connection.push('quiet', 'export default () => {}')
      const held = new Set<string>()
      // What is asked for the first time is looked for on the machine.
      for (const bound of all) if (await canStart(session, { connection, bound })) held.add(bound.id)
      const rounds = session.rounds({ full: 15, quick: 3 })
      for (let round = 0; round < rounds; round++)
        for (const bound of all) if (held.has(bound.id)) await measureOne(session, { connection, bound })
    } finally {
      connection.close()
    }
  },
}

type What = { connection: Connection; bound: Bound }

async function canStart(session: Session, { connection, bound: { config } }: What): Promise<boolean> {
  const app = session.app('idle.js', 'quiet')
  try {
    await connection.startWith(app, config)
    await connection.stop(app)
    return true
  } catch (error) {
    if ((error as { code?: string }).code !== 'unsupported') throw error
    return false
  }
}

async function measureOne(session: Session, { connection, bound: { id, config } }: What): Promise<void> {
  const { samples } = session
  const app = { ...session.app('idle.js', 'quiet'), settings: {} }
  // What is begun for it from here on has this in its environment, also in a container.
  const mark = randomUUID()
  await session.rest()
  const startMs = nowMs()
  await connection.startWith(app, { ...config, env: { BENCH_BOUND: mark } })
  samples.add(`start-${id}`, nowMs() - startMs)
  await delay(2000)
  const { runs } = (await connection.status(app.name)) as { runs: { pid?: number }[] }
  const processes = new Set([...runs.flatMap(({ pid }) => (pid ? familyOf(pid) : [])), ...processesWith(mark)])
  const { rssMB, privateMB } = memoryOf(...processes)
  samples.add(`rss-${id}`, rssMB)
  samples.add(`private-${id}`, privateMB)
  await connection.stop(app)
  await until(() => processesWith(mark).length === 0, { what: 'all of it is gone', everyMs: 20 })
}
