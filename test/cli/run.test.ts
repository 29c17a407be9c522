// The command as a whole, as it was built, against a fake host: what it prints and which exit code it ends with. What a
// real host does with its requests is for test/e2e.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { execa } from 'execa'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { table } from '../../cli/table.ts'
import type { Printed } from '../e2e/pod-command.ts'
import { scratch } from '../scratch.ts'
import { type Behaviour, type FakeHost, fakeHost } from './client/fake-host.ts'
import { info } from './commands/doing.ts'
import { envIn, pod } from './pod-command.ts'

const status = {
  name: 'web',
  path: '',
  kind: 'service',
  status: 'up',
  text: 'serving',
  version: 1,
  latest: 1,
  hash: 'ab'.repeat(32),
  want: 'up',
  scale: 1,
  up: 1,
  restarts: 0,
  params: {},
  runs: [],
}
const entry = {
  time: '2026-11-20T10:00:00.000000000Z',
  pod: 'web',
  run: 'web.7',
  source: 'stderr',
  tags: [],
  text: 'last words',
}

const behave: Behaviour = ({ method, params }, { answer, refuse }) => {
  if (method === 'pod.list') answer({ pods: [status] })
  else if (method === 'pod.logs') answer({ entries: [entry], count: 1, truncated: false })
  else if (method === 'pod.call') answer({ value: params.fn === 'text' ? 'a text' : params.args, run: 'web.7' })
  else if (params.name === 'none') refuse('pod_not_found', 'There is no pod "none"')
  else if (params.name === 'bad') refuse('start_failed', 'Pod "bad" did not come up')
  else answer(status)
}

/** Runs `work` beside a fake host that `local` means. */
async function withHost(
  work: (run: (...args: string[]) => Promise<Printed>, host: FakeHost) => Promise<void>,
): Promise<void> {
  using at = scratch()
  await using host = await fakeHost(join(at.dir, 'host.sock'), behave)
  await work((...args) => pod(at.dir, ...args), host)
}

/** Runs `pod` where there is no host and no config. */
async function alone(...args: string[]): Promise<Printed> {
  using at = scratch()
  return await pod(at.dir, ...args)
}

test('pod help lists every command', async () => {
  const { code, stdout } = await alone('help')
  assert.is(code, 0)
  for (const { usage } of table) assert.match(stdout, `\n  ${usage} `)
  assert.is((await alone()).stdout, stdout)
  assert.is((await alone('--help')).stdout, stdout)
})

test('pod help COMMAND and pod COMMAND --help show its options', async () => {
  const { stdout } = await alone('help', 'host', 'start')
  assert.match(stdout, 'pod host start')
  assert.match(stdout, '--detach')
  assert.is((await alone('host', 'start', '--help')).stdout, stdout)
  assert.not.match(stdout, 'local is meant')
  assert.match((await alone('help', 'stop')).stdout, /^remote: the name of a host .*; without it, local is meant$/m)
})

test('pod WORD and pod help WORD say what a word of another tool is here', async () => {
  for (const [argv, hint] of [
    [['delete', 'local', 'web'], 'In p8a: pod remove REMOTE web'],
    [['help', 'images'], 'In p8a: pod image list REMOTE; for the versions of a pod: pod versions REMOTE NAME'],
  ] as const) {
    const { code, stderr } = await alone(...argv)
    assert.is(code, 2)
    assert.match(stderr, `\nhint: ${hint}\n`)
  }
})

test('the file that every command loads has no words of other tools in it', async () => {
  const built = await readFile(new URL('../../dist/cli.cjs', import.meta.url), 'utf8')
  const words = await readFile(new URL('../../dist/other-words.js', import.meta.url), 'utf8')
  assert.match(words, 'startOrGracefulReload')
  assert.not.match(built, 'startOrGracefulReload')
})

test('pod --version prints the version', async () => {
  assert.match((await alone('--version')).stdout, /^\d+\.\d+\.\d+\S*\n$/)
})

const misused: [args: string[], says: string][] = [
  [['stort', 'local', 'web'], 'Did you mean "pod start"?'],
  [['host', 'strat'], 'Did you mean "pod host start"?'],
  [['host'], 'host start, host stop'],
  [['start', 'local'], 'needs NAME'],
  [['scale', 'local', 'web', '2', 'stray'], '"stray"'],
  [['start', 'local', 'web', 'api', '--wait'], 'Cannot read --wait'],
  [['stop', 'local', 'web', 'all'], '"all" stands alone'],
  [['remove', 'local', 'web', 'api', '--run', '7'], 'Cannot read --run'],
  [['start', 'local', 'web', '--token', 'x'], 'Cannot read --token'],
  [['status', 'local', '--bogus'], '"--bogus"'],
  [['scale', 'local', 'web', 'ten'], '"ten"'],
  [['scale', 'local', 'web', '0'], '"0"'],
  [['logs', 'local', '--time', 'whenever'], '"whenever"'],
  [['logs', 'local', '-n', 'x'], '"x"'],
  [['call', 'local', 'web', 'fn', '--timeout', 'soon'], '"soon"'],
  [['host', 'start', '--port', '65536'], '"65536"'],
  [['remote', 'add', 'x', 'localhost:0'], '"0" is not a port'],
  [['completion', 'tcsh'], '"tcsh"'],
]

for (const [args, says] of misused) {
  test(`pod ${args.join(' ')} is a usage error`, async () => {
    const { code, stdout, stderr } = await alone(...args)
    assert.equal([code, stdout], [2, ''])
    assert.match(stderr, /^error: .*\n(hint: .*\n)?$/)
    assert.match(stderr, says)
  })
}

test('a host that cannot be reached ends with 3', async () => {
  for (const args of [
    ['status', 'local'],
    ['host', 'status'],
    ['host', 'stop'],
  ]) {
    const { code, stderr } = await alone(...args)
    assert.is(code, 3)
    assert.match(stderr, 'hint: Start one: pod host start --detach')
  }
})

test('a token that is refused ends with 4', async () => {
  using at = scratch()
  await using host = await fakeHost(0, (_request, { refuse }) => refuse('unauthorized', 'Wrong token'))
  await pod(at.dir, 'remote', 'add', 'origin', `localhost:${host.port}`)
  const { code, stderr } = await pod(at.dir, 'status', 'origin', '--token', 'x')
  assert.is(code, 4)
  assert.match(stderr, 'error: Wrong token\nhint: Give the token of that host with --token TOKEN, or in P8A_TOKEN')
  assert.match(stderr, 'pod remote add origin ADDRESS --token -')
})

test('a refusal ends with 1, and as JSON on stderr where that is asked for', async () => {
  await withHost(async run => {
    const people = await run('status', 'local', 'none')
    assert.equal([people.code, people.stdout], [1, ''])
    assert.is(people.stderr, 'error: There is no pod "none"\nhint: hint of pod_not_found\n')
    const script = await run('status', 'local', 'none', '--json')
    const { error } = JSON.parse(script.stderr)
    assert.equal(
      [script.code, error.code, error.message, error.hint],
      [1, 'pod_not_found', 'There is no pod "none"', 'hint of pod_not_found'],
    )
  })
})

test('pod start sends params as texts and policy as config', async () => {
  await withHost(async (run, host) => {
    await run(
      'start',
      'local',
      'web',
      '--value',
      '24',
      '--big',
      '1e3',
      '--scale',
      '2',
      '--no-wait',
      '--',
      '--scale',
      '3',
    )
    const started = host.requests.find(({ method }) => method === 'pod.start')
    assert.equal(started?.params, {
      name: 'web',
      params: { value: '24', big: '1e3', scale: '3' },
      config: { scale: 2 },
      wait: false,
      keep: true,
    })
  })
})

test('pod start shows the last lines of a pod that failed', async () => {
  await withHost(async run => {
    const people = await run('start', 'local', 'bad')
    assert.is(people.code, 1)
    assert.match(
      people.stderr,
      /^error: Pod "bad" did not come up\nhint: .*\nThe last lines of bad:\n .* web\.7 ! last words\n$/,
    )
    const { error } = JSON.parse((await run('start', 'local', 'bad', '--json')).stderr)
    assert.equal([error.code, error.log], ['start_failed', [entry]])
  })
})

test('pod call reads arguments as JSON or text, and prints a text as it is', async () => {
  await withHost(async run => {
    assert.is(
      (await run('call', 'local', 'web', 'echo', '1', '{"a":2}', 'ann', '-3', '--', '--x')).stdout,
      '[1,{"a":2},"ann",-3,"--x"]\n',
    )
    assert.is((await run('call', 'local', 'web', 'text')).stdout, 'a text\n')
    assert.is((await run('call', 'local', 'web', 'text', '--json')).stdout, '"a text"\n')
  })
})

test('pod status prints a table, or what the host answered', async () => {
  await withHost(async run => {
    assert.match((await run('status', 'local')).stdout, /^NAME .*\nweb +up +v1 /)
    assert.equal(JSON.parse((await run('ls', 'local', '--json')).stdout), { pods: [status] })
  })
})

test('a remote’s path goes with every request, and a host of ours is reached by its socket, without a token', async () => {
  using at = scratch()
  await using tcp = await fakeHost(0, behave)
  await using unix = await fakeHost(join(at.dir, 'host.sock'), (request, does) =>
    request.method === 'host.info'
      ? does.answer({ ...info, addresses: [`127.0.0.1:${tcp.port}`] })
      : behave(request, does),
  )
  await writeFile(join(at.dir, 'token'), 'secret\n')
  await pod(at.dir, 'remote', 'add', 'inner', `http://localhost:${tcp.port}`, '--path', 'inner.second')
  unix.requests.length = 0
  await pod(at.dir, 'status', 'inner')
  const sent = unix.requests.map(({ method, params }) => [method, params])
  assert.equal(sent, [
    ['host.info', {}],
    ['pod.list', { usage: false, limit: 500, path: 'inner.second' }],
  ])
  assert.equal(tcp.requests, [])
})

test('a hint names the data directory that the command line has, and no other', async () => {
  using at = scratch()
  const far = join(at.dir, 'far away')
  const told = await pod(at.dir, 'status', 'local', '--data', far)
  assert.match(told.stderr, `hint: Start one: pod host start --data "${far}" --detach`)
  assert.match((await pod(at.dir, 'status', 'local')).stderr, /hint: Start one: pod host start --detach\n/)
})

test('pod host --help lists the commands of the group', async () => {
  using at = scratch()
  for (const words of [
    ['host', '--help'],
    ['help', 'host'],
    ['-h', 'host'],
  ]) {
    const { code, stdout } = await pod(at.dir, ...words)
    assert.equal([code, stdout.includes('pod host token add <name>')], [0, true], words.join(' '))
  }
  assert.is((await pod(at.dir, 'host')).code, 2)
})

test('pod remote add keeps a remote whose host is not there, and says so', async () => {
  using at = scratch()
  const added = await pod(at.dir, 'remote', 'add', 'origin', 'localhost:1')
  assert.equal([added.code, added.stdout], [0, 'origin is localhost:1\n'])
  assert.match(added.stderr, /^warning: origin cannot be used now: Cannot reach the host/)
  const { remotes } = JSON.parse((await pod(at.dir, 'remote', 'list', '--json')).stdout)
  assert.equal(
    remotes.map((remote: { name: string; answers: boolean }) => [remote.name, remote.answers]),
    [
      ['local', false],
      ['origin', false],
    ],
  )
})

test('pod host start runs the daemon in place of itself and ends with its exit code', async () => {
  using at = scratch()
  const program = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
  const args = [program, 'host', 'start', '--port', '0', '--data', at.file('a-file', '')]
  const { exitCode, stderr } = await execa(process.execPath, args, {
    env: envIn(at.dir),
    extendEnv: false,
    reject: false,
  })
  assert.is(exitCode, 1)
  assert.match(stderr, /^error: /m)
})

test('a form of another tool is done, or leads to what is done here', async () => {
  await withHost(async (run, host) => {
    const params = () => host.requests.at(-1)?.params
    assert.not.match((await run('kill', '-9', 'web')).stderr, 'option')
    assert.equal(params(), { name: 'web', kill: true, wait: true })
    assert.is((await run('logs', '-100', 'web')).code, 0)
    assert.is((params() as { limit?: number }).limit, 100)
    const hup = await run('kill', '-HUP', 'web')
    assert.is(hup.code, 2)
    assert.match(hup.stderr, /Unknown option "-HUP"\n.*pod status REMOTE web; then: kill -HUP PID/)
    const level = await run('stop', 'web', '-99')
    assert.is(level.code, 2)
    assert.match(level.stderr, /Unknown option "-99"\n.*Usage: pod stop/)
    const detached = await run('start', '-d', 'web')
    assert.is(detached.code, 2)
    assert.match(detached.stderr, /A start waits until the pod is up/)
  })
})

test.run()
