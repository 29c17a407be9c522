// A hundred hosts are killed, and begin at once, at an engine of three servers: each is heard again, and knows all others, in time. They are light: they do
// what a host does at its engine, and have no pods.
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import type { Trial } from '../trial/trial.ts'

export const title = 'a hundred hosts that begin at once are all heard, and know each other, in time'
export const boundMs = 600_000

const program = fileURLToPath(new URL('../pods/light-hosts.ts', import.meta.url))
const [processes, hostsEach, beatMs] = [4, 25, 3000]
/** Until each of them knows all others, on a machine that has much else to do. */
const mostMs = 120_000

export async function run(t: Trial): Promise<void> {
  const { urls } = await t.engines()
  const names = Array.from({ length: processes * hostsEach }, (_, at) => `h${at}`)
  const begun: ChildProcess[] = []
  const begin = async (what: string) => {
    const begunMs = performance.now()
    const children = Array.from({ length: processes }, (_, at) => {
      const ours = names.slice(at * hostsEach, (at + 1) * hostsEach)
      const given = { servers: urls, fleet: 'many', names: ours, all: names.length, beatMs }
      return spawn(process.execPath, [program, JSON.stringify(given)], { stdio: ['ignore', 'pipe', 'inherit'] })
    })
    begun.push(...children)
    await Promise.all(children.map(async child => await whole(child)))
    const tookMs = performance.now() - begunMs
    t.measure(`${names.length} hosts ${what}, until each knows all`, `${(tookMs / 1000).toFixed(1)} s`)
    if (tookMs > mostMs) throw new Error(`it took ${Math.round(tookMs)} ms`)
  }
  try {
    await begin('begin')
    await Promise.all(begun.splice(0).map(killed))
    await begin('are killed, and begin at once')
  } finally {
    await Promise.all(begun.map(killed))
  }
}

async function whole(child: ChildProcess): Promise<void> {
  if (!child.stdout) throw new Error('it says nothing')
  for await (const line of createInterface(child.stdout)) if (line === 'whole') return
  throw new Error('hosts have ended')
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGKILL')
  await ended
}
