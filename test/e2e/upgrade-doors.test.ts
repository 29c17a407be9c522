// Upgrades while the keeper is killed, and in the middle of a reload, with the doors for TLS and for the shell open: nobody is refused. Not
// here: the host, killed at each step (e2e/upgrade-points.test.ts).
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { Duplex, type Readable } from 'node:stream'
import tls from 'node:tls'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { podProgram } from '../paths.ts'
import { processesOf } from '../processes.ts'
import { until } from '../until.ts'
import { installAt } from './installed.ts'
import {
  again,
  askDoor,
  askWeb,
  assertWhole,
  host,
  next,
  oneHost,
  open,
  start,
  started,
  upgrade,
  web,
} from './upgraded-host.ts'

const test = suite('doors of an upgrade')

/** One that has nothing to keep ends by itself. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    assert.is((error as NodeJS.ErrnoException).code, 'ESRCH')
  }
}

test.before(open)
test.after(() => host.dispose())

test('the keeper dies at the steps of an upgrade', async () => {
  const clients = again(askWeb)
  const steps: Record<string, () => Promise<unknown>> = {
    'before it': async () => {},
    'while the next one boots': async () =>
      await until(
        () => processesOf(host.data).some(({ command }) => command.includes('next/dist/daemon.cjs')),
        'it boots',
      ),
    'as it leaves': async () => await until(() => outcomeOnDisk() === 'under way', 'it leaves'),
  }
  for (const [step, reached] of Object.entries(steps)) {
    if ((await host.ask('host.info', {})).upgrade?.folder === next) await restart()
    const before = keepers()
    const asked = upgrade()
    await Promise.race([reached(), asked])
    for (const pid of before) killIfThere(pid)
    await asked
    await oneHost()
    await assertWhole(`the keeper died ${step}`)
    await until(() => keepers().some(pid => !before.includes(pid)), `${step}: there is another keeper`)
  }
  assert.equal((await clients.end()).troubles, [])
})

function outcomeOnDisk(): string | undefined {
  const file = join(host.data, 'upgrade.json')
  return existsSync(file) ? /"outcome": *"([^"]*)"/.exec(readFileSync(file, 'utf8'))?.[1] : undefined
}

function keepers(): number[] {
  return processesOf(host.data).flatMap(({ pid, command }) => (command.startsWith('p8a keeper') ? [pid] : []))
}

async function restart(): Promise<void> {
  await host.killHost()
  await start()
}

test('in the middle of a reload, with all doors open: nobody is refused anywhere', async () => {
  const ping = '{"jsonrpc":"2.0","id":1,"method":"rpc.ping"}\n'
  const pod = again(askWeb)
  const doors = [
    again(async () => await askDoor(started.port, ping)),
    again(async () => await askDoor(started.shellPort, '\n')),
  ]
  try {
    await host.ask('pod.push', { name: 'web', code: `${web}// 2\n` })
    await host.ask('pod.reload', { name: 'web', wait: false })
    const { pid } = host
    assert.is(await upgrade(), true)
    const { upgrade: told } = await oneHost()
    assert.is(told?.outcome, 'done', told?.why)
    assert.is.not(host.pid, pid)
    const { version, runs } = await until(async () => {
      const status = await host.status('web')
      return status.status === 'up' && status.runs.length === 1 && status
    }, 'it is reloaded')
    assert.is(version, 2)
    assert.is.not(runs[0]?.pid, started.pid)
  } finally {
    const { answers, troubles } = await pod.end()
    assert.equal(troubles, [])
    assert.ok(answers > 1)
    const [port, shell] = await Promise.all(doors.map(door => door.end()))
    assert.equal(port?.troubles, [])
    assert.ok((port?.answers ?? 0) > 1)
    // A person at the door of the shell goes with the host that leaves, as one in the middle of the handshake does.
    assert.not(shell?.troubles.includes('ECONNREFUSED'))
    assert.ok(shell && shell.troubles.length < 3 && shell.answers > 1, shell?.troubles.join())
  }
})

test('a socket that is removed while the next host boots is made again, and is that of the next host', async () => {
  const folder = join(host.dir, 'removes')
  const file = JSON.stringify(join(host.data, 'host.sock'))
  const before = `{
    const fs = require('node:fs')
    fs.rmSync(${file})
    while (!fs.existsSync(${file})) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10)
  }`
  installAt(folder, { before })
  assert.is(await upgrade(folder), true)
  const { upgrade: told } = await oneHost()
  assert.equal([told?.outcome, told?.folder], ['done', folder])
})

test('a person at the door of the shell, and one with `pod shell`, are told of the next host, and go on', async () => {
  if ((await host.ask('host.info', {})).upgrade?.folder === next) await restart()
  const door = tls.connect({ port: started.shellPort, host: '127.0.0.1', rejectUnauthorized: false })
  const args = ['--', podProgram, 'shell', 'local', '--interactive']
  const shell = spawn(process.execPath, args, { env: host.env, cwd: host.dir, stdio: ['pipe', 'pipe', 'inherit'] })
  const left = once(shell, 'close')
  const [atDoor, atShell] = [textOf(door), textOf(shell.stdout)]
  try {
    await until(() => atDoor.text.endsWith('Password: '), 'it asks')
    door.write('correct horse battery\n')
    await until(() => atDoor.text.endsWith('local> ') && atShell.text.endsWith('local> '), 'both have a prompt')
    const gone = once(door, 'end')
    assert.is(await upgrade(), true)
    await gone
    assert.match(atDoor.text, /\nAnother version of the host takes over\. Connect again\.\n$/)
    await oneHost()
    const before = atShell.text.length
    shell.stdin.write('status web\n')
    await until(() => /up[\s\S]*local> $/.test(atShell.text.slice(before)), 'the prompt goes on')
  } finally {
    door.destroy()
    shell.stdin.end()
    await left
  }
})

function textOf(from: Readable): { text: string } {
  const got = { text: '' }
  from.setEncoding('utf8').on('data', part => {
    got.text += part
  })
  return got
}

test('whoever is in the middle of a handshake when the host leaves ends it, and is answered by that host', async () => {
  if ((await host.ask('host.info', {})).upgrade?.folder === next) await restart()
  const slow = new SlowClient()
  const secure = tls.connect({ socket: slow, rejectUnauthorized: false })
  const { promise: answer, resolve, reject } = Promise.withResolvers<string>()
  secure.on('error', reject).on('data', data => resolve(String(data)))
  secure.once('end', () => reject(new Error('it was cut')))
  // It is awaited later.
  answer.catch(() => {})
  secure.write('{"jsonrpc":"2.0","id":7,"method":"rpc.ping"}\n')
  await slow.isInHandshake
  const logged = hostLog().length
  assert.is(await upgrade(), true)
  await until(() => hostLog().slice(logged).includes('takes over'), 'the host leaves')
  // Far longer than it needs to leave to the next one if it waits for nobody.
  await new Promise(goOn => setTimeout(goOn, 500))
  slow.goOn()
  assert.match(await answer, '"id":7')
  secure.destroy()
  const { upgrade: told } = await oneHost()
  assert.is(told?.outcome, 'done', told?.why)
})

function hostLog(): string {
  return readFileSync(join(host.data, 'logs/host.log'), 'utf8')
}

/** A connection to the port whose client holds back what it has to say after its hello. */
class SlowClient extends Duplex {
  #raw = net.connect(started.port, '127.0.0.1')
  #held: (() => void)[] | undefined = []
  #hasSaidHello = false
  /** Resolves once the host has answered the hello. */
  readonly isInHandshake = once(this.#raw, 'data')

  constructor() {
    super()
    this.#raw.on('data', data => this.push(data))
    this.#raw.once('close', () => this.push(null))
  }

  goOn(): void {
    for (const write of this.#held ?? []) write()
    this.#held = undefined
  }

  override _read(): void {}

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    const write = () => void this.#raw.write(chunk, done)
    if (this.#held && this.#hasSaidHello) this.#held.push(write)
    else write()
    this.#hasSaidHello = true
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    this.#raw.destroy()
    done(error)
  }
}

test.run()
