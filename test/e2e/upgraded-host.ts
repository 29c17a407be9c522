// A host with the seam in it that is upgraded: its doors for TLS and for the shell are open, and a pod has a port. An upgrade leads to a
// copy of this installation.
import { mkdirSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import { join } from 'node:path'
import tls from 'node:tls'
import * as assert from 'uvu/assert'
import type { HostInfo } from '../../protocol/words-host.ts'
import { seamEnv } from '../../scripts/chaos/seam/seam.ts'
import { freePort } from '../free-port.ts'
import { podProgram, root } from '../paths.ts'
import { isAlive, processesOf } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'
import { installAt } from './installed.ts'

export const host = new TestHost()
export const seam = join(host.dir, 'seam.sock')
export const next = join(host.dir, 'next')
export const started = { port: 0, shellPort: 0, web: 0, pid: 0 }

/** Answers with its pid, and takes its time to come up. */
export const web = `import http from 'node:http'
export default async () => {
  await new Promise(resolve => setTimeout(resolve, 300))
  http.createServer((request, response) => response.end(String(process.pid))).listen(process.env.PORT)
}
`

/** Begins the host, and the pod. */
export async function open(): Promise<void> {
  mkdirSync(host.data, { recursive: true })
  // A machine that runs other tests too may let nobody have a turn for a while.
  const settings = { upgradePatience: 10_000, arrivalTimeout: 60_000, shellAttempts: 1000 }
  writeFileSync(join(host.data, 'host.json'), JSON.stringify({ v: 1, id: 'stepped', settings }))
  const setPassword = [join(root, 'bin/pod.cjs'), 'host', 'password', '--data', host.data]
  await host.run(process.execPath, setPassword, { input: 'correct horse battery\n' })
  Object.assign(started, { port: await freePort(), shellPort: await freePort(), web: await freePort() })
  installAt(next)
  await start()
  await host.ask('pod.push', { name: 'web', code: web })
  await host.begin('web', { config: { listen: `127.0.0.1:${started.web}` } })
  started.pid = (await host.status('web')).runs[0]?.pid as number
}

export async function start(): Promise<void> {
  const doors = ['--port', String(started.port), '--tls', '--shell-port', String(started.shellPort)]
  const args = ['--', podProgram, 'host', 'start', '--detach', '--json', ...doors]
  const { code, stdout, stderr } = await host.run(process.execPath, args, { env: seamEnv(seam) })
  assert.is(code, 0, stderr)
  host.pid = JSON.parse(stdout).pid
}

/** Asks again and again, each time anew, until it is ended. */
export function again(ask: () => Promise<void>): { end: () => Promise<{ answers: number; troubles: string[] }> } {
  const troubles: string[] = []
  let [answers, isOver] = [0, false]
  const all = (async () => {
    while (!isOver) {
      await ask().then(
        () => answers++,
        error => troubles.push(error.code ?? error.message),
      )
      // Others on this machine have something to do too.
      await new Promise(resolve => setTimeout(resolve, 5))
    }
  })()
  return {
    end: async () => {
      isOver = true
      await all
      return { answers, troubles }
    },
  }
}

export async function askWeb(): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const request = http.get({ port: started.web, host: '127.0.0.1', agent: false }, response => {
    response.resume().once('end', resolve).once('error', reject)
  })
  request.once('error', reject)
  await promise
}

/** Whoever speaks TLS at a door is answered something. */
export async function askDoor(port: number, says: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false }, () => void socket.write(says))
  socket.once('data', () => resolve()).once('error', reject)
  socket.once('end', () => reject(new Error('no answer')))
  await promise.finally(() => socket.destroy())
}

/** Waits until there is one host, which is not about to be another; where none is left, one is started. */
export async function oneHost(): Promise<HostInfo> {
  const info = await until(async () => {
    const now = await host.ask('host.info', {}).catch(() => undefined)
    const daemons = processesOf(host.data).filter(({ command }) => command.includes('dist/daemon.cjs'))
    if (!now && daemons.length === 0) await start()
    return now && now.upgrade?.outcome !== 'under way' && daemons.length === 1 && isAlive(now.pid) && now
  }, 'there is one host')
  host.pid = info.pid
  return info
}

/** Asks for an upgrade. @returns whether it was begun */
export async function upgrade(folder = next): Promise<boolean> {
  return await host.ask('host.upgrade', { folder }).then(
    () => true,
    () => false,
  )
}

export async function assertWhole(what: string): Promise<void> {
  await until(async () => (await host.status('web')).status === 'up', `${what}: it is up`)
  const { runs } = await host.status('web')
  assert.equal(
    runs.map(({ pid }) => pid),
    [started.pid],
    `${what}: it has the same process`,
  )
}
