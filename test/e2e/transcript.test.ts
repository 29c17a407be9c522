// The transcript of someone who follows the manual literally, in an empty home directory, and what scripts rely on:
// exit codes, JSON, the token that is found by itself.
// Not here: how each command's text looks (test/cli), what each mistake answers (bad-input.test.ts).
import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../free-port.ts'
import { root } from '../paths.ts'
import { isAlive } from '../processes.ts'
import { scratch } from '../scratch.ts'
import { pathForPages } from '../stand-ins.ts'
import { until } from '../until.ts'
import { type Result, TestHost } from './harness.ts'
import { endPodProcesses } from './pod-command.ts'
import { runShell } from './pod-shell.ts'

const test = suite('transcript')
const host = new TestHost()
let path = ''
let foreground: ChildProcess
let said = ''

/** Types a line at a shell prompt in the home directory. */
async function type(line: string, env: Record<string, string> = {}): Promise<Result> {
  const input = `${line.replaceAll('3000', String(host.port))}\n`
  return await runShell({ input, env: { ...host.env, PATH: path, XDG_CONFIG_HOME: '', ...env }, cwd: host.dir })
}

/** Types a line that must succeed. */
async function typed(line: string): Promise<string> {
  const { code, stdout, stderr } = await type(line)
  assert.is(code, 0, `$ ${line}\n${stdout}${stderr}`)
  return stdout
}

/** Starts a host in the foreground, as in a terminal of its own. */
async function startForeground(...args: string[]): Promise<void> {
  said = ''
  const words = ['host', 'start', '--port', String(host.port), ...args]
  const env = { ...host.env, XDG_CONFIG_HOME: '' }
  foreground = spawn(process.execPath, [join(root, 'bin/pod.cjs'), ...words], {
    env,
    cwd: host.dir,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  foreground.stdout?.on('data', chunk => (said += chunk))
  foreground.stderr?.on('data', chunk => (said += chunk))
  await until(() => said.includes(`127.0.0.1:${host.port}`), 'the host says where it is')
  host.pid = foreground.pid as number
}

async function ended(child: ChildProcess): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode
  return await new Promise(resolve => child.once('exit', resolve))
}

test.before(async () => {
  path = pathForPages(host.dir, host.env.PATH ?? '')
  writeFileSync(
    join(host.dir, 'test.js'),
    `export default async params => {\n  console.log('it is up', JSON.stringify(params), typeof params.value)\n}\n`,
  )
  host.port = await freePort()
})
test.after(async () => {
  foreground?.kill('SIGINT')
  await endPodProcesses()
  await host.dispose()
})

test('pod host start --port 3000 stays in the foreground, and says where it answers and where its data is', async () => {
  assert.equal(readdirSync(host.dir).sort(), ['bin', 'test.js'], 'the home directory is empty')
  await startForeground()
  assert.match(said, host.data)
  assert.match(said, `127.0.0.1:${host.port}`)
  assert.match(said, 'host.sock')
  assert.is(foreground.exitCode, null)
})

for (const address of ['localhost:3000', 'http://localhost:3000']) {
  test(`the transcript works as it is written, with ${address}`, async () => {
    await typed(`pod remote add origin ${address}`)
    const remotes = await typed('pod remote list')
    assert.match(remotes, new RegExp(`origin +localhost:${host.port} .*answers`))
    assert.match(await typed('pod push origin name test.js'), /name v1 \(.*[0-9a-f]{12}\)/)
    assert.match(await typed('pod start origin name --value 24'), /name is up/)
    assert.match(await typed('pod status origin name'), /up/)
    assert.match(await typed('pod status origin'), /name +.*up/)
    for (const logs of ['pod logs origin', 'pod logs origin name', 'pod logs origin --time "last 5 mins"']) {
      assert.match(await typed(logs), /name\.1 \| it is up \{"value":"24"\} string/, logs)
    }
    assert.match(await typed('pod stop origin name'), /name is idle/)
    assert.match(await typed('pod status origin name'), /idle/)
    await typed('pod remove origin name')
    const { code, stderr } = await type('pod status origin name')
    assert.is(code, 1)
    assert.match(stderr, /no pod "name"/)
    await typed('pod remote remove origin')
    assert.not.match(await typed('pod remote list'), 'origin')
  })
}

test('"local" is there without any remote add', async () => {
  assert.match(await typed('pod remote list'), /local +unix:.*answers/)
  await typed('pod push local name test.js && pod start local name --value 024 && pod stop local name')
  assert.match(await typed('pod logs local name'), /\{"value":"024"\} string/)
  await typed('pod remove local name')
})

test('nothing is left in the home directory but the settings of the command and the data of the host', () => {
  assert.equal(readdirSync(host.dir).sort(), ['.cache', '.config', 'bin', 'data', 'test.js'])
})

test('the token for a loopback address is found without being typed, and is not kept in the settings', async () => {
  await typed('pod remote add origin localhost:3000 && pod status origin')
  const { code, stderr } = await type('pod status origin', {
    HOME: mkdirIn('stranger'),
    P8A_DATA: mkdirIn('stranger/data'),
  })
  assert.is(code, 3, 'another home knows no such remote, and has no host')
  assert.match(stderr, /no remote "origin"/)
  const settings = readdirSync(join(host.dir, '.config'), { recursive: true, encoding: 'utf8' }).filter(file =>
    file.endsWith('.json'),
  )
  for (const file of settings) assert.not.ok(readFileSync(join(host.dir, '.config', file), 'utf8').includes(host.token))
})

function mkdirIn(name: string): string {
  mkdirSync(join(host.dir, name), { recursive: true })
  return join(host.dir, name)
}

test('without a token the exit code is 4; with it one may come from anywhere', async () => {
  const stranger = { HOME: mkdirIn('stranger'), P8A_DATA: mkdirIn('stranger/data') }
  await type('pod remote add origin localhost:3000', stranger)
  const refused = await type('pod status origin', stranger)
  assert.is(refused.code, 4, refused.stderr)
  assert.match(refused.stderr, /pod host token/)
  const token = (await typed('pod host token')).trim()
  assert.is(token, host.token)
  assert.is((await type(`pod status origin --token ${token}`, stranger)).code, 0)
  assert.is((await type('pod status origin', { ...stranger, P8A_TOKEN: token })).code, 0)
  assert.is((await type(`pod remote add other localhost:3000 --token ${token} && pod status other`, stranger)).code, 0)
  assert.is((await type('pod status origin --token wrong', stranger)).code, 4)
  rmSync(join(host.dir, 'stranger'), { recursive: true })
})

test('every command prints JSON with --json, be it before or behind', async () => {
  const json = async (line: string) => JSON.parse(await typed(line)) as Record<string, unknown>
  const lines: [line: string, expected: Record<string, unknown>][] = [
    ['pod host status --json', { pid: host.pid }],
    ['pod --json host token', { token: host.token }],
    ['pod remote add other localhost:3000 --json', { name: 'other', answers: true }],
    ['pod push origin name test.js --json', { name: 'name', version: 1, unchanged: false }],
    ['pod start origin name --value 24 --json', { name: 'name', status: 'up' }],
    ['pod restart origin name --json', { name: 'name', status: 'up' }],
    ['pod scale origin name 2 --json', { name: 'name', scale: 2, up: 2 }],
    ['pod status origin name --json', { name: 'name', status: 'up' }],
    ['pod status origin name --usage --json', { name: 'name' }],
    ['pod stop origin name --json', { name: 'name', status: 'idle' }],
    ['pod remove origin name --json', { name: 'name', removed: true }],
    ['pod remote remove other --json', { name: 'other', removed: true }],
  ]
  for (const [line, expected] of lines) {
    if (line.includes('remove origin')) {
      assert.equal(Object.keys((await json('pod runs origin name --json')).runs as object).length > 2, true)
      assert.ok(Array.isArray((await json('pod --json status origin')).pods))
      assert.ok(Array.isArray((await json('pod remote list --json')).remotes))
      const logs = (await typed('pod logs origin name --json'))
        .trim()
        .split('\n')
        .map(text => JSON.parse(text))
      assert.ok(
        logs.length > 3 &&
          logs.every(({ time, text, source, tags }) => time && typeof text === 'string' && source && tags),
      )
    }
    const answer = await json(line)
    for (const [key, value] of Object.entries(expected)) assert.is(answer[key], value, `${line}: ${key}`)
  }
  assert.type((await json('pod --version --json')).version, 'string')
})

test('pod call --json prints the value itself', async () => {
  await host.push('puppet')
  await typed('pod start local puppet')
  assert.is(JSON.parse(await typed('pod call local puppet add 1 2 --json')), 3)
  assert.is(await typed('pod call local puppet later hello 1'), 'hello\n')
  assert.equal(JSON.parse(await typed(`pod call local puppet later '{"a":[1]}' 1`)), { a: [1] })
  await typed('pod remove local puppet --force')
})

test('exit codes: 0 done, 1 refused, 2 wrong usage, 3 unreachable, 4 not authorised; results on stdout, errors on stderr', async () => {
  for (const [line, code] of [
    ['pod status origin', 0],
    ['pod status origin nobody', 1],
    ['pod push origin Wrong test.js', 2],
    ['pod frobnicate', 2],
    ['pod status', 0],
    ['pod stop', 2],
    ['pod status origin --wrong', 2],
    ['pod logs origin --time nonsense', 2],
    ['pod scale origin nobody ten', 2],
    ['pod host start --port ten', 2],
    ['pod status local --data /nowhere', 3],
    ['pod status origin --token wrong', 4],
  ] as const) {
    const { code: actual, stdout, stderr } = await type(line)
    assert.is(actual, code, `$ ${line}\n${stdout}${stderr}`)
    assert.is(stdout === '', code !== 0, line)
    assert.is(stderr === '', code === 0, line)
    const asJson = await type(`${line} --json`)
    assert.is(asJson.code, code)
    const {
      code: word,
      message,
      hint,
    } = code === 0 ? { code: 'ok', message: 'ok', hint: 'ok' } : JSON.parse(asJson.stderr).error
    assert.ok(
      [word, message, hint].every(text => typeof text === 'string' && text !== ''),
      `${line}: ${asJson.stderr}`,
    )
  }
})

test('help is there for pod and for every command, and names every command', async () => {
  const help = await typed('pod --help')
  assert.is(await typed('pod help'), help)
  assert.is(await typed('pod'), help)
  for (const command of [
    'host start',
    'host stop',
    'host status',
    'host token',
    'remote add',
    'remote list',
    'remote remove',
    'push',
    'start',
    'stop',
    'restart',
    'status',
    'remove',
    'scale',
    'logs',
    'call',
    'runs',
    'completion',
  ]) {
    assert.match(help, new RegExp(`^ +${command} `, 'm'))
    const own = await typed(`pod ${command} --help`)
    assert.match(own, new RegExp(`pod ${command}`))
    assert.is(await typed(`pod help ${command}`), own)
  }
  assert.match(await typed('pod start --help'), /--scale/)
  assert.match(await typed('pod --version'), /^\d+\.\d+\.\d+\n$/)
})

test('completion scripts are printed for bash, zsh and fish, and bash takes its own', async () => {
  for (const shell of ['bash', 'zsh', 'fish']) assert.match(await typed(`pod completion ${shell}`), /pod/)
  await typed('source <(pod completion bash) && complete -p pod')
  assert.is((await type('pod completion tcsh')).code, 2)
})

test('a second host on the port, or on the data directory, is refused with the process that has it', async () => {
  using at = scratch()
  const other = at.dir
  const samePort = await type(`pod host start --port 3000 --data ${other} --json`)
  assert.is(samePort.code, 1)
  assert.is(JSON.parse(samePort.stderr).error.code, 'port_in_use')
  const detached = await type(`pod host start --detach --port 3000 --data ${other} --json`)
  assert.equal([detached.code, JSON.parse(detached.stderr).error.code], [1, 'port_in_use'])
  const sameData = await type('pod host start --port 0 --json')
  assert.equal(
    [sameData.code, JSON.parse(sameData.stderr).error.code, JSON.parse(sameData.stderr).error.pid],
    [1, 'host_running', host.pid],
  )
})

test('SIGINT ends a host in the foreground with 0; its pods go on, and the next host has them', async () => {
  await typed('pod push local name test.js && pod start local name')
  const { pid } = (await host.status('name')).runs[0] as { pid: number }
  foreground.kill('SIGINT')
  assert.is(await ended(foreground), 0)
  assert.ok(isAlive(pid))
  assert.not.ok(existsSync(join(host.data, 'host.sock')) && (await type('pod status local')).code === 0)
  assert.is((await type('pod status origin')).code, 3, 'the host is gone')
  assert.is((await type('pod host status')).code, 3)
  await startForeground('--json')
  const ready = JSON.parse(said) as { pid: number; addresses: string[] }
  assert.is(ready.pid, foreground.pid)
  assert.is((await host.status('name')).runs[0]?.pid, pid)
})

test('pod host stop ends a host in the foreground too', async () => {
  const stopped = JSON.parse(await typed('pod host stop --pods --json'))
  assert.equal([stopped.stopped, stopped.pid], [true, foreground.pid])
  assert.is(await ended(foreground), 0)
})

test('pod host start --detach prints where it is, and JSON when asked', async () => {
  assert.match(
    await typed('pod host start --detach --port 3000'),
    new RegExp(`pid \\d+[\\s\\S]*127\\.0\\.0\\.1:${host.port}`),
  )
  await typed('pod host stop')
  const info = JSON.parse(await typed('pod host start -d --port 3000 --json'))
  host.pid = info.pid
  assert.ok(isAlive(info.pid))
  assert.is((await type('pod status origin')).code, 0)
})

test('what is printed into a pipe that is closed ends quietly', async () => {
  const child = spawn(
    'bash',
    ['-c', 'pod status origin --json; for i in 1 2 3; do pod logs origin; done | head -1; echo ${PIPESTATUS[0]} >&2'],
    {
      env: { ...host.env, PATH: path, XDG_CONFIG_HOME: '' },
      cwd: host.dir,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  )
  let stderr = ''
  child.stderr.on('data', chunk => (stderr += chunk))
  child.stdout.resume()
  await new Promise(resolve => child.once('close', resolve))
  assert.not.match(stderr, /EPIPE|Error|at /)
})

test.run()
