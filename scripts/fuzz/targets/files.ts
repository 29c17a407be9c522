// A host that starts on a data directory in which anything stands in the place of anything: it starts, or says which file
// keeps it from that.
import assert from 'node:assert/strict'
import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import tls from 'node:tls'
import fc from 'fast-check'
import { connect } from '../../../cli/client/client.ts'
import { P8aError } from '../../../protocol/errors.ts'
import type { MethodInput, MethodName } from '../../../protocol/methods.ts'
import { TestHost } from '../../../test/e2e/harness.ts'
import { podProgram } from '../../../test/paths.ts'
import { isAlive, processesOf } from '../../../test/processes.ts'
import { until } from '../../../test/until.ts'
import { dial, exchangeBytes } from '../exchange.ts'
import { asJson, nearly, oddNumber, oddText, oddValue } from '../garbage.ts'
import { holdsFor, type Target } from '../target.ts'
import { auditText, positionText, tokensText } from './notes.ts'
import { cheaply } from './shell-door.ts'
import { hostText, noteText, recordText, scheduleText } from './state.ts'

/** How long a start or an answer may take. */
const deadlineMs = 20_000
/** What a host may need at most, whatever it reads. */
const maxBytes = 900 * 1024 * 1024
const hugeBytes = 1024 * 1024 * 1024
/** Of what is no state a host may have much, and has to go through it. */
const largeBytes = 20 * 1024 * 1024

const passwordText = fc
  .array(
    fc.oneof(fc.constantFrom('16', '8', '1', '1073741824', '-1', 'NaN'), fc.constantFrom('c2FsdA', 'A'.repeat(43))),
  )
  .map(parts => ['scrypt', ...parts].join('$'))
const ownerText = asJson(nearly({ v: fc.constant(1), name: oddText, path: oddText, closed: fc.boolean() }))

/** What each file holds where it is nearly right. */
const files: Record<string, fc.Arbitrary<string>> = {
  token: fc.oneof(oddText, fc.constantFrom('x'.repeat(16), `${'x'.repeat(30)}\n${'y'.repeat(30)}`, '\0'.repeat(20))),
  'tokens.json': tokensText,
  'host.json': hostText,
  'audit.log': auditText,
  'audit.log.1': auditText,
  'certificate.pem': oddText,
  'shell-password': passwordText,
  'pods/job/pod.json': oddText,
  'pods/job/schedule.json': scheduleText,
  'pods/job/runs/1.exit': noteText,
  'pods/job/runs/1.json': recordText,
  'pods/job/runs/2.stdin': oddText,
  'logs/job/1.log': oddText,
  'logs/kept/1.log': oddText,
  'pods/kept/runs/1.exit': asJson(nearly({ code: oddNumber, message: oddText })),
  'logs/kept/1.stdout.raw': oddText,
  'logs/kept/1.stdout.raw.at': positionText,
  'logs/kept/1.stderr.raw.at': positionText,
  'logs/kept/2.stdout.raw': oddText,
  'logs/host.log': auditText,
  'logs/host.log.1': auditText,
  'logs/keeper.out': oddText,
  'hosts/inner/owner.json': ownerText,
  'host.sock': oddText,
  'link.sock': oddText,
}
const folders = ['keepers', 'spares', 'spares/1.stdout.raw', 'c', 'hosts', 'hosts/inner', 'images', 'compiled']
const places = [...Object.keys(files), ...folders, 'pods/job', 'pods/job/runs', 'logs/job', 'logs/kept', 'pods', 'logs']

const damage = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .constantFrom(...Object.keys(files))
      .chain(at => fc.record({ at: fc.constant(at), kind: fc.constant('text' as const), text: files[at] ?? oddText })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      at: fc.constantFrom(...Object.keys(files)),
      kind: fc.constantFrom('text' as const),
      text: fc.oneof(asJson(oddValue), oddText, fc.constantFrom('[', '\0'.repeat(5000), '\n'.repeat(5000), '')),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      at: fc.constantFrom(...places),
      kind: fc.constantFrom('pipe', 'folder', 'link', 'loose link', 'link to itself', 'link to a folder', 'nothing'),
      text: fc.constant(''),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      at: fc.constantFrom(...Object.keys(files)),
      kind: fc.constantFrom('cut', 'cut', 'large'),
      text: oddText,
    }),
  },
)
const inputs = fc.record({
  damages: fc.array(damage, { minLength: 1, maxLength: 4 }),
  hasTls: fc.boolean(),
  hasShell: fc.boolean(),
  token: fc.oneof(fc.constantFrom('', 'undefined', 'null', 'default', 'a'.repeat(64)), oddText),
})

type Damage = { at: string; kind: string; text: string }
type Input = { damages: Damage[]; hasTls: boolean; hasShell: boolean; token: string }

export const startedFiles: Target = {
  id: 'files',
  promise: 'a host starts on whatever is in its files, or says which of them keeps it from that',
  open: async () => {
    const host = new TestHost()
    const template = join(host.dir, 'template')
    await makeTemplate(host, template)
    return {
      property: holdsFor(inputs, async input => {
        rmSync(host.data, { recursive: true, force: true })
        cpSync(template, host.data, { recursive: true })
        for (const damage of input.damages) harm(host, damage)
        await startAndAsk(host, input)
      }),
      close: async () => {
        rmSync(host.data, { recursive: true, force: true })
        cpSync(template, host.data, { recursive: true })
        try {
          // The one that nobody has harmed starts as ever.
          await host.up()
          await host.ok('status', 'local')
        } finally {
          await host.dispose()
        }
      },
    }
  },
}

/** A data directory with something of everything in it, and nobody alive. */
async function makeTemplate(host: TestHost, template: string): Promise<void> {
  await host.up('--tls')
  const client = await host.client()
  await client.call('host.token.add', { name: 'ci', role: 'read', path: '', expiresInMs: 1e9 })
  await client.call('pod.push', { name: 'kept', code: 'export default async () => {}' })
  await client.call('pod.push', { name: 'job', code: 'echo said', kind: 'script' })
  await client.call('pod.start', { name: 'job', wait: false })
  await until(async () => (await client.call('pod.status', { name: 'job' })).runs.length === 0, 'the script has ended')
  await client.call('pod.start', { name: 'kept' })
  await client.call('pod.stop', { name: 'kept' })
  client.close()
  await host.ok('host', 'stop', '--pods')
  await until(() => processesOf(host.data).length === 0, 'all are gone')
  for (const name of readdirSync(host.data)) if (name.endsWith('.sock')) rmSync(join(host.data, name))
  rmSync(join(host.data, 'c'), { recursive: true, force: true })
  writeFileSync(join(host.data, 'logs/kept/1.stdout.raw'), 'what was not folded\n', { mode: 0o600 })
  writeFileSync(join(host.data, 'shell-password'), cheaply('correct horse battery'), { mode: 0o600 })
  cpSync(host.data, template, { recursive: true })
}

function harm(host: TestHost, { at, kind, text }: Damage): void {
  const path = join(host.data, at)
  const elsewhere = join(host.dir, 'elsewhere')
  // An earlier harm may have made a link or a file of the folder.
  const folder = dirname(path)
  if (existsSync(folder) && !statSync(folder).isDirectory()) return
  const before = existsSync(path) && statSync(path).isFile() ? readFileSync(path) : Buffer.alloc(0)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    rmSync(path, { recursive: true, force: true })
    if (kind === 'text') writeFileSync(path, text, { mode: 0o600 })
    else if (kind === 'cut') writeFileSync(path, before.subarray(0, (text.length * 7) % (before.length + 1)))
    else if (kind === 'pipe') execFileSync('mkfifo', ['-m', '600', path])
    else if (kind === 'folder') mkdirSync(path, { mode: 0o700 })
    else if (kind === 'link to itself') symlinkSync(path, path)
    else if (kind === 'loose link') symlinkSync(join(host.dir, 'nothing'), path)
    else if (kind.startsWith('link')) linkElsewhere(path, elsewhere, kind)
    else if (kind === 'large') {
      writeFileSync(path, text)
      truncateSync(path, /\.log|\.raw$|\.out$/.test(at) ? largeBytes : hugeBytes)
    }
  } catch (error) {
    // Such as a folder that an earlier harm has made a loose link.
    const { code } = error as NodeJS.ErrnoException
    if (!['ENOENT', 'EEXIST', 'ELOOP', 'ENOTDIR'].includes(code ?? '')) throw error
  }
}

function linkElsewhere(path: string, elsewhere: string, kind: string): void {
  rmSync(elsewhere, { recursive: true, force: true })
  if (kind === 'link') writeFileSync(elsewhere, 'elsewhere')
  else mkdirSync(elsewhere)
  symlinkSync(elsewhere, path)
}

async function startAndAsk(host: TestHost, { hasTls, hasShell, token }: Input): Promise<void> {
  const args = ['host', 'start', '--json', '--port', '0', ...(hasTls ? ['--tls'] : [])]
  const child = spawn(process.execPath, [podProgram, ...args, ...(hasShell ? ['--shell-port', '0'] : [])], {
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
