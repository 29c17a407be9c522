// Shows with the real `pod` command what happens to a plain Express program: it is reloaded and rolled back under load, its host is killed,
// it is killed with its host, it is put to sleep and woken. Each command is printed before it runs; the exit code tells whether all of it was
// seen.
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs'
import { type AddressInfo, createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'
import { execa } from 'execa'
import { removeSealed } from '../daemon/image/seal.ts'
import { bareStartMs } from './demo/bare-node.ts'
import { makeProgram, writeVersion } from './demo/express-program.ts'
import { ask, loadOn } from './demo/load.ts'

type Answer = { version: number; pid: number }

const root = fileURLToPath(new URL('..', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'p8a-demo-'))
const env = {
  HOME: dir,
  XDG_CONFIG_HOME: join(dir, 'config'),
  P8A_DATA: join(dir, 'data'),
  PATH: `${join(dir, 'bin')}:${dirname(process.execPath)}:${process.env.PATH}`,
}
const folder = join(dir, 'web')
const deadlineMs = 30_000
let failures = 0

const [port = 0, barePort = 0, hostPort = 0] = await freePorts(3)

try {
  mkdirSync(join(dir, 'bin'))
  symlinkSync(join(root, 'bin/pod.cjs'), join(dir, 'bin/pod'))
  makeProgram(folder, { modules: join(root, 'node_modules') })
  await show()
} catch (error) {
  failures++
  process.stdout.write(`${error instanceof Error ? error.message : error}\n${hostLog()}\n`)
} finally {
  title('Tidy up')
  await pod('host', 'stop', '--pods').catch(() => {})
  await removeSealed(dir)
}
process.stdout.write(failures === 0 ? '\nAll of it was seen.\n' : `\n${failures} of it went wrong.\n`)
process.exit(failures === 0 ? 0 : 1)

async function show(): Promise<void> {
  title('An Express program, unchanged, is brought up on a port that its host holds')
  process.stdout.write(readFileSync(join(folder, 'server.js'), 'utf8').replaceAll(/^/gm, '    ').trimEnd())
  process.stdout.write('\n')
  const bareMs = await bareStartMs(folder, barePort)
  await startHost()
  await pod('push', 'local', 'web', folder, '--as-is')
  const startMs = await pod('start', 'local', 'web', '--listen', `${port}`)
  seen('it answers', (await answer()).version === 1, `${ms(startMs)} with the command; bare Node ${ms(bareMs)}`)
  await showReload()
  await showAdoption()
  await showDeathWithHost()
  await showSleep(bareMs)
}

async function showReload(): Promise<void> {
  title('It is reloaded to a second version, and rolled back, while clients use it')
  const load = loadOn(port)
  writeVersion(folder, 2)
  const reloadMs = await pod('push', 'local', 'web', folder, '--as-is', '--reload', '-m', 'the second')
  seen('the second version answers', (await answer()).version === 2, `${ms(reloadMs)} with its push`)
  const backMs = await pod('rollback', 'local', 'web')
  seen('the first version is back', (await answer()).version === 1, ms(backMs))
  const { served, failed, versions } = await load.end()
  const isWhole = failed.length === 0 && served > 0 && versions.size === 2
  seen('no request failed', isWhole, `${served} answered, ${failed.length} failed ${[...new Set(failed)].join(' ')}`)
}

async function showAdoption(): Promise<void> {
  title('Its host is killed: the program serves on, and the next host finds it as it was')
  const before = await answer()
  const load = loadOn(port)
  await killHost()
  await startHost()
  await pod('status', 'local', 'web')
  const { served, failed } = await load.end()
  seen('the pid is the same', (await answer()).pid === before.pid, `${before.pid}`)
  seen('no request failed', failed.length === 0 && served > 0, `${served} answered, ${failed.length} failed`)
}

async function showDeathWithHost(): Promise<void> {
  title('Both are killed: whoever asks now waits, and is served by the next one')
  const { pid } = await answer()
  await killHost()
  process.stdout.write(`${styleText('cyan', `$ kill -9 ${pid}`)}\n`)
  process.kill(pid, 'SIGKILL')
  await until(async () => !isAlive(pid))
  const waiting = ask(port)
  const begun = performance.now()
  await startHost()
  const { pid: next } = JSON.parse(await waiting) as Answer
  seen(
    'nobody was refused',
    next !== pid,
    `pid ${pid}, then ${next}; ${ms(performance.now() - begun)} with the start of the host`,
  )
}

async function showSleep(bareMs: number): Promise<void> {
  title('It is put to sleep, and the first request wakes it')
  const { pid } = await answer()
  await pod('sleep', 'local', 'web')
  await pod('status', 'local', 'web')
  seen('its process is gone', !isAlive(pid), `pid ${pid}`)
  const begun = performance.now()
  const woken = await answer()
  const wakeMs = performance.now() - begun
  seen(
    'it is awake',
    woken.version === 1 && woken.pid !== pid,
    `${ms(wakeMs)} until it answered; bare Node ${ms(bareMs)} from spawn`,
  )
}

async function startHost(): Promise<void> {
  await pod('host', 'start', '--detach', '--port', `${hostPort}`)
}

async function killHost(): Promise<void> {
  const { stdout } = await execa('pod', ['host', 'status', '--json'], { cwd: root, env })
  const { pid } = JSON.parse(stdout) as { pid: number }
  process.stdout.write(`${styleText('cyan', `$ kill -9 ${pid}`)}  # the host\n`)
  process.kill(pid, 'SIGKILL')
  await until(async () => !isAlive(pid))
}

function title(text: string): void {
  process.stdout.write(`\n${styleText('bold', text)}\n`)
}

/** Runs a command for all to see. @returns how long it took, in milliseconds */
async function pod(...args: string[]): Promise<number> {
  process.stdout.write(`${styleText('cyan', `$ pod ${args.join(' ').replace(folder, 'web')}`)}\n`)
  const begun = performance.now()
  await execa('pod', args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
  return performance.now() - begun
}

function seen(what: string, isTrue: boolean, detail: string): void {
  if (!isTrue) failures++
  process.stdout.write(`${isTrue ? styleText('green', 'yes') : styleText('red', 'NO ')} ${what}: ${detail.trim()}\n`)
}

function ms(value: number): string {
  return `${Math.round(value)} ms`
}

async function answer(): Promise<Answer> {
  return JSON.parse(await ask(port, { agent: false })) as Answer
}

function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'))
  } catch {
    return false
  }
}

async function until(isSo: () => Promise<boolean>): Promise<void> {
  const giveUpAt = performance.now() + deadlineMs
  while (!(await isSo())) {
    if (performance.now() > giveUpAt) throw new Error(`Waited ${deadlineMs / 1000} s in vain`)
    await new Promise(resolve => setTimeout(resolve, 10))
  }
}

function hostLog(): string {
  try {
    return readFileSync(join(dir, 'data/logs/host.log'), 'utf8').slice(-2000)
  } catch {
    return ''
  }
}

/** They are found at once: one that is closed again may be the next one that is found. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'))
  await Promise.all(servers.map(server => once(server, 'listening')))
  const ports = servers.map(server => (server.address() as AddressInfo).port)
  await Promise.all(servers.map(server => once(server.close(), 'close')))
  return ports
}
