// Shows the main job with the real `pod` command: a pod that serves is killed and is back; its host is killed and the pod
// never notices. Each command is printed before it runs; the exit code tells whether all of it was seen.
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { styleText } from 'node:util'
import { execaSync } from 'execa'

type Answer = { count: number; pid: number }
type Entry = { source: string; text: string; run?: string }

const root = fileURLToPath(new URL('..', import.meta.url))
const dir = mkdtempSync(join(tmpdir(), 'p8a-demo-'))
const env = {
  HOME: dir,
  XDG_CONFIG_HOME: join(dir, 'config'),
  P8A_DATA: join(dir, 'data'),
  PATH: `${join(dir, 'bin')}:${process.env.PATH}`,
}
const deadlineMs = 15_000
let failures = 0

const port = await freePort()
const hostPort = await freePort()

try {
  mkdirSync(join(dir, 'bin'))
  symlinkSync(join(root, 'bin/pod.cjs'), join(dir, 'bin/pod'))
  await show()
} catch (error) {
  failures++
  process.stdout.write(`${error instanceof Error ? error.message : error}\n`)
} finally {
  title('Tidy up')
  pod('host', 'stop', '--pods')
  rmSync(dir, { recursive: true, force: true })
}
process.stdout.write(failures === 0 ? '\nAll of it was seen.\n' : `\n${failures} of it went wrong.\n`)
process.exit(failures === 0 ? 0 : 1)

async function show(): Promise<void> {
  title('A host starts, a TypeScript pod with an npm dependency is pushed and started')
  pod('host', 'start', '--detach', '--port', String(hostPort))
  pod('push', 'local', 'counter', 'etc/examples/counter.ts')
  pod('start', 'local', 'counter', '--port', String(port))
  const first = await ask()
  seen('it serves HTTP', first.count >= 0, `${JSON.stringify(first)} from port ${port}`)

  title('The pod is killed with SIGKILL, and is back')
  kill(first.pid)
  const second = await until(async () => {
    const answer = await ask()
    return answer.pid !== first.pid && answer
  })
  seen('another process serves on the same port', second.pid !== first.pid, `pid ${first.pid}, then ${second.pid}`)
  pod('status', 'local')
  await showAdoption(second)
}

/** @param before what the pod answered when the host was there */
async function showAdoption(before: Answer): Promise<void> {
  title('The host is killed with SIGKILL while the pod counts')
  const host = Number(JSON.parse(quiet('host', 'status', '--json')).pid)
  kill(host)
  const alone = await ask()
  await until(async () => (await ask()).count > alone.count + 10)
  seen('the pod counts and serves on without a host', true, `from ${alone.count} on`)

  title('A new host is started, and finds the pod as it was')
  pod('host', 'start', '--detach', '--port', String(hostPort))
  pod('status', 'local', 'counter')
  const status = JSON.parse(quiet('status', 'local', 'counter', '--json')) as {
    runs: { pid: number }[]
    restarts: number
    status: string
  }
  const last = await ask()
  seen('the pid is the same', status.runs[0]?.pid === before.pid && last.pid === before.pid, `${before.pid}`)
  seen(
    'it is up, and was not restarted again',
    status.status === 'up' && status.restarts === 1,
    `${status.restarts} restart, by our first kill`,
  )
  seen('the counter never stopped', last.count > alone.count, `${alone.count}, then ${last.count}`)
  const counts = countsOf(quiet('logs', 'local', 'counter', '--json'), 'counter.2')
  const isWhole = counts.every((count, index) => count === index + 1) && counts.length >= last.count
  seen('no log line is missing', isWhole, `${counts.length} lines, 1 to ${counts.at(-1)}`)
  pod('logs', 'local', 'counter', '--lines', '3')
}

/** The numbers a run counted aloud, as its log has them. */
function countsOf(log: string, run: string): number[] {
  const entries = log
    .trim()
    .split('\n')
    .map(line => JSON.parse(line) as Entry)
  return entries
    .filter(entry => entry.run === run && entry.source === 'stdout')
    .map(entry => Number(entry.text.slice('count '.length)))
}

function title(text: string): void {
  process.stdout.write(`\n${styleText('bold', text)}\n`)
}

/** Runs a command for all to see. */
function pod(...args: string[]): void {
  process.stdout.write(`${styleText('cyan', `$ pod ${args.join(' ')}`)}\n`)
  execaSync('pod', args, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] })
}

function quiet(...args: string[]): string {
  return execaSync('pod', args, { env }).stdout
}

function kill(pid: number): void {
  process.stdout.write(`${styleText('cyan', `$ kill -9 ${pid}`)}\n`)
  process.kill(pid, 'SIGKILL')
}

function seen(what: string, isTrue: boolean, detail: string): void {
  if (!isTrue) failures++
  process.stdout.write(`${isTrue ? styleText('green', 'yes') : styleText('red', 'NO ')} ${what}: ${detail}\n`)
}

async function ask(): Promise<Answer> {
  return await until(async () => {
    const response = await fetch(`http://127.0.0.1:${port}`).catch(() => undefined)
    return response && ((await response.json()) as Answer)
  })
}

async function until<T>(look: () => Promise<T | false | undefined>): Promise<T> {
  const giveUpAt = performance.now() + deadlineMs
  for (;;) {
    const found = await look()
    if (found) return found
    if (performance.now() > giveUpAt)
      throw new Error(`Waited ${deadlineMs / 1000} s in vain; the host says: ${hostLog()}`)
    await delay(20)
  }
}

function hostLog(): string {
  return readFileSync(join(dir, 'data/logs/host.log'), 'utf8').slice(-2000)
}

async function freePort(): Promise<number> {
  const server = createServer()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as { port: number }
  await new Promise(resolve => server.close(resolve))
  return port
}
