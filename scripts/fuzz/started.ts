// A host that is started on files that somebody has harmed: it is up and answers, or it says which file keeps it from that.
import assert from 'node:assert/strict'
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import tls from 'node:tls'
import { connect } from '../../cli/client/client.ts'
import { P8aError } from '../../protocol/errors.ts'
import type { MethodInput, MethodName } from '../../protocol/methods.ts'
import type { TestHost } from '../../test/e2e/harness.ts'
import { podProgram } from '../../test/paths.ts'
import { isAlive, processesOf } from '../../test/processes.ts'
import { until } from '../../test/until.ts'
import { dial, exchangeBytes } from './exchange.ts'

/** How long a start or an answer may take. */
const deadlineMs = 20_000
/** What a host may need at most, whatever it reads. */
const maxBytes = 900 * 1024 * 1024

/** How it is started, and what a stranger guesses its token to be. */
export type Start = { hasTls: boolean; hasShell: boolean; token: string }

/** Starts the host in the foreground, asks it everything where it is up, and ends it. @throws where it breaks the promise */
export async function startAndAsk(host: TestHost, { hasTls, hasShell, token }: Start): Promise<void> {
  const args = ['host', 'start', '--json', '--port', '0', hasTls ? '--tls' : '--no-tls']
  const child = spawn(process.execPath, ['--', podProgram, ...args, ...(hasShell ? ['--shell-port', '0'] : [])], {
    env: host.env,
    cwd: host.dir,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  try {
    const ready = await outcomeOf(child, host.data)
    if (!ready) return
    await askAll(host)
    await checkStranger(host, { address: ready.addresses[0] ?? '', hasTls, token })
    const highest = Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${child.pid}/status`, 'utf8'))?.[1]) * 1024
    assert.ok(highest < maxBytes, `it has had ${highest} bytes`)
    assert.ok(child.exitCode === null && child.pid !== undefined && isAlive(child.pid), 'the host is there')
  } finally {
    child.kill('SIGKILL')
    for (const { pid } of processesOf(host.data)) killQuietly(pid)
    await until(() => processesOf(host.data).length === 0, 'all are gone')
  }
}

/** @returns what it says once it is up; undefined where it has said why it cannot be */
async function outcomeOf(child: ChildProcess, data: string): Promise<{ addresses: string[] } | undefined> {
  let [said, wrong] = ['', '']
  child.stderr?.setEncoding('utf8').on('data', text => {
    wrong += text
  })
  const ready = new Promise<boolean>(resolve => {
    child.stdout?.setEncoding('utf8').on('data', text => {
      said += text
      if (said.includes('\n')) resolve(true)
    })
    child.once('close', () => resolve(false))
  })
  const isReady = await Promise.race([ready, delay(deadlineMs, undefined, { ref: false })])
  assert.notEqual(isReady, undefined, `it says nothing: ${wrong}`)
  if (isReady) return JSON.parse(said)
  assert.ok(child.exitCode !== null && child.exitCode !== 0 && child.exitCode !== 70, `${child.exitCode}: ${wrong}`)
  const { error } = JSON.parse(wrong.trimEnd().split('\n').at(-1) ?? '')
  // That there is no password is said in words.
  assert.ok(error.message.includes(data) || error.message.includes('it has no password'), `it names no file: ${wrong}`)
  assert.doesNotMatch(error.message, /\n {4}at /)
  return undefined
}

/** Who comes by the Unix socket is answered whatever is asked, and never with an error that nobody expected. */
async function askAll(host: TestHost): Promise<void> {
  const client = await connect(
    { kind: 'unix', path: join(host.data, 'host.sock') },
    { signal: AbortSignal.timeout(deadlineMs) },
  )
  const ask = async <M extends MethodName>(method: M, params: MethodInput<M>) => {
    const late = delay(deadlineMs, 'late' as const, { ref: false })
    const answer = await Promise.race([client.call(method, params), late]).catch(error => {
      const isKnown = error instanceof P8aError && error.code !== 'internal'
      assert.ok(isKnown, `${method}: ${error?.stack}`)
      return undefined
    })
    assert.ok(answer !== 'late', `${method} is not answered`)
    return answer
  }
  try {
    assert.notEqual(await ask('host.info', {}), undefined)
    assert.notEqual(await ask('pod.list', {}), undefined)
    await ask('host.token.list', {})
    await ask('host.audit', {})
    for (const name of ['job', 'kept']) {
      await ask('pod.status', { name })
      await ask('pod.runs', { name })
      await ask('pod.logs', { name, limit: 10 })
    }
    await ask('pod.output', { name: 'job.1', offset: 0, limit: 1000, encoding: 'base64', waitMs: 0 })
    await ask('pod.start', { name: 'job', wait: false })
    await ask('pod.start', { name: 'kept', wait: false })
    await ask('host.token.add', { name: 'more', role: 'read', path: '' })
    await ask('pod.stop', { name: 'kept' })
    const bugs = await ask('pod.logs', { tags: ['bug'], limit: 5, since: new Date(Date.now() - 60_000).toISOString() })
    assert.deepEqual(bugs?.entries ?? [], [])
  } finally {
    client.close()
  }
}

/** Whoever guesses is not let in. */
async function checkStranger(
  host: TestHost,
  { address, hasTls, token }: { address: string; hasTls: boolean; token: string },
): Promise<void> {
  const file = join(host.data, 'token')
  const isRight = existsSync(file) && statSync(file).isFile() && readFileSync(file, 'utf8').trim() === token
  if (isRight) return
  const wire = dial({ host: '127.0.0.1', port: Number(address.split(':').at(-1)) })
  const socket = hasTls ? tls.connect({ socket: wire, rejectUnauthorized: false }) : wire
  const request = { jsonrpc: '2.0', id: 1, method: 'pod.list', params: {}, token }
  const chunks = [Buffer.from(`${JSON.stringify(request)}\n`)]
  const answer = (await exchangeBytes(socket, { chunks, leaving: 'end', wire })).toString()
  assert.match(answer, /"code":"(unauthorized|too_large)"/)
}

function killQuietly(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch {
    // It is gone already.
  }
}
