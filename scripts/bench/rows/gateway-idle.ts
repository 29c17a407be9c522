// What joined connections that say nothing cost a proxy.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { until } from '../clock.ts'
import { memoryOf } from '../processes.ts'
import type { Session } from '../session.ts'
import { fronted, type Side } from './fronted.ts'
import type { Row } from './row.ts'

const program = fileURLToPath(new URL('../apps/clients.mjs', import.meta.url))

export const gatewayIdle: Row = {
  id: 'gateway-idle',
  among: 'proxies',
  title: 'idle WebSockets through a proxy',
  how: 'The same app and proxies, in processes that have done nothing else: 10,000 joined connections (with --quick 2,000; fewer where the limit of open files is below 21,000) that say nothing, and the private memory that the processes of the proxy have more than before; bare is that of the app without a proxy, which holds half as many sockets.',
  figures: [
    { id: 'memory', title: '10,000 idle WebSockets: memory', unit: 'MB', aim: '' },
    { id: 'each', title: 'of these, each', unit: 'KB', aim: '' },
    { id: 'closed', title: 'of these, closed meanwhile', unit: 'calls', aim: '0' },
  ],
  isFor: manager => manager.front !== undefined,
  async measure(session) {
    const { samples, options } = session
    const at = await fronted(session)
    if (!at.front.takesUpgrades) return
    const count = Math.min(options.isQuick ? 2000 : 10_000, mostSockets())
    const bare = await idle(session, at.bare, count)
    samples.addBare('memory', bare.takenMB)
    samples.addBare('each', (bare.takenMB * 1024) / count)
    const own = await idle(session, at.own, count)
    samples.add('memory', own.takenMB)
    samples.add('each', (own.takenMB * 1024) / count)
    samples.add('closed', own.closed)
  },
}

/** A proxy has two descriptors for each; some are for other things. */
function mostSockets(): number {
  const [, hard = '0'] = /^Max open files +\S+ +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
  return Math.floor((Number(hard) - 1000) / 2)
}

async function idle(
  { env, dir }: Session,
  { port, pids }: Side,
  count: number,
): Promise<{ takenMB: number; closed: number }> {
  const before = memoryOf(...pids).privateMB
  const args = [program, `${port}`, 'idle', JSON.stringify({ count })]
  const child = spawn(process.execPath, args, { env, cwd: dir, stdio: ['pipe', 'pipe', 'inherit'] })
  let output = ''
  child.stdout.on('data', part => (output += part))
  const ended = once(child, 'close')
  const isOpen = () => {
    if (child.exitCode !== null) throw new Error('The clients could not be joined')
    return output.startsWith('open\n')
  }
  await until(isOpen, { what: `${count} connections are open`, deadlineMs: 300_000 })
  const takenMB = memoryOf(...pids).privateMB - before
  child.stdin.end('over\n')
  await ended
  return { takenMB, closed: (JSON.parse(output.slice('open\n'.length)) as { closed: number }).closed }
}
