// What a person gets wrong: each mistake has a code, an exit code, a message and a hint, the same over CLI and wire, and
// takes nothing from what was there before.
// Not here: messages that are no JSON-RPC (wire.test.ts), state files that are broken (adoption.test.ts).
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer, connect as netConnect } from 'node:net'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { bundle, takenAs } from '../../cli/bundle/bundle.ts'
import { connect } from '../../cli/client/client.ts'
import { errorTable, P8aError } from '../../protocol/errors.ts'
import type { MethodInput, MethodName } from '../../protocol/methods.ts'
import { freePort } from '../free-port.ts'
import { root } from '../paths.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost } from './harness.ts'

const test = suite('bad input')
const host = new TestHost({ spares: 0 }, { isSteady: true })

type Expected = { code: string; message: RegExp; hint: RegExp }
type Told = { code: string; message: string; hint: string }

const bad = (name: string) => join(root, 'test/fixtures/bad', name)

/** Writes a source file of the test's own and returns its path. */
function source(name: string, text: string): string {
  const file = join(host.dir, 'src', name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

function check(told: Told, expected: Expected): void {
  assert.is(told.code, expected.code, JSON.stringify(told))
  assert.match(told.message, expected.message)
  assert.not.match(told.message, /\.$/, 'a message has no final period')
  assert.match(told.hint ?? '', expected.hint)
}

/** The codes that were told to people already. */
const told = new Set<string>()

/** The CLI refuses `args` so: as JSON; and the first of a code for people, too, in a line for the message and one for the hint. */
async function cliRefuses(args: string[], expected: Expected & { exit: number }): Promise<Record<string, unknown>> {
  const refused = await host.refused(...args)
  check(refused, expected)
  assert.is(refused.exit, expected.exit)
  if (told.has(expected.code)) return refused
  told.add(expected.code)
  const { code, stdout, stderr } = await host.pod(...args)
  assert.equal([code, stdout], [expected.exit, ''], 'errors go to stderr')
  assert.ok(stderr.includes(refused.message) && stderr.includes(refused.hint), stderr)
  return refused
}

/** The wire refuses a request so. */
async function wireRefuses<M extends MethodName>(
  method: M,
  params: MethodInput<M>,
  expected: Expected,
): Promise<P8aError> {
  const client = await host.client()
  try {
    const error = await client.call(method, params).then(
      answer => assert.unreachable(`${method} should be refused: ${JSON.stringify(answer)}`),
      error => error,
    )
    assert.instance(error, P8aError)
    check({ code: error.code, message: error.message, hint: error.hint ?? '' }, expected)
    return error
  } finally {
    client.close()
  }
}

/** CLI and wire refuse alike. */
async function bothRefuse<M extends MethodName>(
  { cli, method, params }: { cli: string[]; method: M; params: MethodInput<M> },
  expected: Expected & { exit?: number },
): Promise<void> {
  const exit = expected.exit ?? errorTable[expected.code as keyof typeof errorTable].exit
  await wireRefuses(method, params, expected)
  await cliRefuses(cli, { ...expected, exit })
}

/** What must not change: every pod with its versions, what is wanted of it, and its processes. */
async function everything(): Promise<unknown> {
  const client = await host.client()
  try {
    const { pods } = await client.call('pod.list', {})
    const records = await Promise.all(pods.map(({ name }) => client.call('pod.runs', { name })))
    return pods.map(({ runs, ...pod }, index) => ({
      ...pod,
      runs: runs.map(({ id, slot, pid, restarts, version, state }) => ({ id, slot, pid, restarts, version, state })),
      records: records[index]?.runs.map(({ id, state }) => [id, state]),
    }))
  } finally {
    client.close()
  }
}

/** A test after which everything is as it was. (A hook would do, but uvu ends a suite where a hook fails.) */
function refusal(title: string, work: () => Promise<void>): void {
  test(title, async () => {
    const before = await everything()
    await work()
    assert.equal(await everything(), before, 'nothing of what was there has changed')
  })
}

test.before(async () => {
  await host.up()
  await host.push('forever', 'kept')
  await host.push('counting', 'kept')
  await host.begin('kept', { params: { value: '24' } })
  await host.push('forever', 'running')
  await host.begin('running', { config: { scale: 2 } })
  await host.push('forever', 'running')
  await host.ok('remote', 'add', 'origin', `localhost:${host.port}`)
})
test.after(() => host.dispose())

for (const [verb, more, method, params] of [
  ['start', [], 'pod.start', {}],
  ['stop', [], 'pod.stop', {}],
  ['restart', [], 'pod.restart', {}],
  ['status', [], 'pod.status', {}],
  ['remove', [], 'pod.remove', {}],
  ['scale', ['2'], 'pod.scale', { scale: 2 }],
  ['logs', [], 'pod.logs', {}],
  ['runs', [], 'pod.runs', {}],
  ['call', ['fn'], 'pod.call', { fn: 'fn' }],
] as const) {
  refusal(`${verb} of an unknown pod names the pods there are`, async () => {
    await bothRefuse(
      { cli: [verb, 'origin', 'nobody', ...more], method, params: { name: 'nobody', ...params } as never },
      { code: 'pod_not_found', message: /no pod "nobody"/, hint: /There are: kept, running/ },
    )
  })
}

for (const name of [
  'A',
  'Web',
  'a.b',
  '../x',
  'a/b',
  'a b',
  'ünicode',
  'пример',
  '9lives',
  'trailing-',
  'trailing_',
  'a\nb',
  'x'.repeat(64),
  'x'.repeat(1000),
]) {
  refusal(`push as ${JSON.stringify(name.slice(0, 70))} is refused as a wrong name`, async () => {
    await bothRefuse(
      {
        cli: ['push', 'local', name, join(root, 'test/fixtures/pods/forever.js')],
        method: 'pod.push',
        params: { name, code: 'export default () => {}' },
      },
      { code: 'bad_name', message: /^Cannot name a pod ".*": ./, hint: /1 to 63 characters.*lower-case/ },
    )
  })
}

refusal('push with an empty name is refused as a wrong name', async () => {
  await bothRefuse(
    {
      cli: ['push', 'local', '', join(root, 'test/fixtures/pods/forever.js')],
      method: 'pod.push',
      params: { name: '', code: 'export default () => {}' },
    },
    { code: 'bad_name', message: /it is empty/, hint: /1 to 63 characters/ },
  )
})

refusal('a remote with a wrong name is refused by the same rule', async () => {
  for (const name of ['', 'A', 'a.b', '../x', 'x'.repeat(64), 'é', 'a-']) {
    await cliRefuses(['remote', 'add', name, 'localhost:1'], {
      code: 'bad_name',
      exit: 2,
      message: /^Cannot name a remote/,
      hint: /1 to 63 characters/,
    })
  }
})

refusal('names that JavaScript objects have by themselves are names like any other', async () => {
  await host.ok('remote', 'add', 'constructor', `localhost:${host.port}`)
  await host.ok('status', 'constructor')
  await host.ok('remote', 'remove', 'constructor')
  await cliRefuses(['remote', 'remove', 'constructor'], {
    code: 'remote_not_found',
    exit: 1,
    message: /no remote "constructor"/,
    hint: /origin/,
  })
  await cliRefuses(['status', 'constructor'], {
    code: 'pod_not_found',
    exit: 1,
    message: /no pod "constructor"/,
    hint: /no remote "constructor" either.*origin/,
  })
})

refusal('remote add of a name that is taken keeps the one that is there', async () => {
  const taken = {
    code: 'remote_exists',
    exit: 1,
    message: /there is one, localhost:\d+/,
    hint: /pod remote remove origin/,
  }
  await cliRefuses(['remote', 'add', 'origin', 'localhost:1'], taken)
  await cliRefuses(['remote', 'add', 'local', 'localhost:1'], { ...taken, message: /"local"/, hint: /another name/ })
  await host.ok('status', 'origin')
})

refusal('an unknown remote is named, with those there are', async () => {
  for (const args of [
    ['status', 'orgin', 'kept'],
    ['push', 'orgin', 'kept', 'x.js'],
    ['start', 'orgin', 'kept'],
    ['logs', 'orgin', 'kept'],
    ['remote', 'remove', 'orgin'],
  ]) {
    await cliRefuses(args, {
      code: 'remote_not_found',
      exit: 1,
      message: /no remote "orgin"/,
      hint: /Did you mean "origin".*pod remote add/,
    })
  }
})

refusal('an address that is none is refused', async () => {
  for (const address of ['localhost:99999', 'ftp://localhost', 'local host', 'localhost:3000/x', 'unix:relative', '']) {
    await cliRefuses(['remote', 'add', 'wrong', address], {
      code: 'bad_address',
      exit: 2,
      message: /^Cannot read the address/,
      hint: /localhost:3000/,
    })
  }
})

refusal('a host that cannot be reached has exit code 3', async () => {
  await host.ok('remote', 'add', 'gone', `localhost:${await freePort()}`)
  for (const args of [
    ['status', 'gone'],
    ['start', 'gone', 'kept'],
    ['logs', 'gone', '--follow'],
    ['push', 'gone', 'kept', join(root, 'test/fixtures/pods/forever.js')],
  ]) {
    await cliRefuses(args, {
      code: 'host_unreachable',
      exit: 3,
      message: /localhost:\d+: nothing listens there/,
      hint: /pod host start/,
    })
  }
  await cliRefuses(['status', 'local', '--data', join(host.dir, 'nowhere')], {
    code: 'host_unreachable',
    exit: 3,
    message: /nothing listens there/,
    hint: /pod host start/,
  })
  await cliRefuses(['host', 'status', '--data', join(host.dir, 'nowhere')], {
    code: 'host_unreachable',
    exit: 3,
    message: /No host is running in/,
    hint: /pod host start/,
  })
  await host.ok('remote', 'remove', 'gone')
})

refusal('what answers and is no host is told as such, and does not get the token', async () => {
  let heard = ''
  const server = createServer(socket => {
    socket.on('error', () => {})
    socket.on('data', chunk => {
      heard += chunk
      socket.end('220 mail.example.org ESMTP\r\n')
    })
  }).listen(0, '127.0.0.1')
  await new Promise(resolve => server.once('listening', resolve))
  const { port } = server.address() as { port: number }
  await host.ok('remote', 'add', 'mail', `localhost:${port}`)
  const { exit, message, hint } = await host.refused('status', 'mail')
  assert.is(exit, 3)
  assert.ok(message.length > 0 && hint.length > 0)
  assert.not.ok(heard.includes(host.token))
  await host.ok('remote', 'remove', 'mail')
  server.close()
})

refusal('a wrong token has exit code 4 over the CLI, and its code over the wire', async () => {
  const wrong = { code: 'unauthorized', message: /token is wrong/, hint: /pod host token/ }
  await cliRefuses(['status', 'origin', '--token', 'wrong'], { ...wrong, exit: 4 })
  await cliRefuses(['stop', 'origin', 'kept', '--token', 'wrong'], { ...wrong, exit: 4 })
  await host.ok('remote', 'add', 'stranger', `localhost:${host.port}`, '--token', 'wrong')
  await cliRefuses(['remove', 'stranger', 'kept', '--force'], { ...wrong, exit: 4 })
  await host.ok('remote', 'remove', 'stranger')
  const error = await connect(`localhost:${host.port}`, { token: 'wrong' })
    .then(client => client.call('pod.stop', { name: 'kept' }).finally(() => client.close()))
    .catch(error => error)
  check(error, wrong)
})

refusal('no token at all is refused over TCP', async () => {
  const error = await connect(`localhost:${host.port}`)
    .then(client => client.call('pod.stop', { name: 'kept' }).finally(() => client.close()))
    .catch(error => error)
  check(error, { code: 'unauthorized', message: /No token/, hint: /pod host token/ })
})

refusal('a file that is missing, empty, or of another kind is refused, and a folder without a program', async () => {
  await cliRefuses(['push', 'local', 'kept', 'nothing-here.ts'], {
    code: 'file_not_found',
    exit: 1,
    message: /"nothing-here.ts": there is no such file/,
    hint: /Looked for \//,
  })
  const refused = { code: 'bundle_failed', exit: 1 }
  source('folder/readme.md', 'nothing that could be started')
  await cliRefuses(['push', 'local', 'kept', join(host.dir, 'src', 'folder')], {
    code: 'bad_image',
    exit: 1,
    message: /Cannot find what to start in the folder/,
    hint: /--entry FILE/,
  })
  await cliRefuses(['push', 'local', 'kept', source('empty.ts', ' \n')], {
    ...refused,
    message: /it is empty/,
    hint: /export default/,
  })
  await cliRefuses(['push', 'local', 'kept', source('image.png', 'PNG')], {
    ...refused,
    message: /".png"/,
    hint: /\.ts/,
  })
  await wireRefuses(
    'pod.push',
    { name: 'kept', code: ' \n' },
    { code: 'bad_image', message: /empty/, hint: /export default/ },
  )
})

const syntaxErrors = [
  ['syntax-error.ts', /syntax-error\.ts:4:21/],
  ['syntax-error.js', /syntax-error\.js:4:1/],
] as const

for (const [file, place] of syntaxErrors) {
  refusal(`a syntax error is refused with its place and a hint: ${file}`, async () => {
    const told = await cliRefuses(['push', 'local', 'kept', bad(file)], {
      code: 'bad_image',
      exit: 1,
      message: place,
      hint: /./,
    })
    assert.equal([told.file, told.line], [file, 4])
  })
}

refusal('a syntax error has the same code over the wire as over the CLI', async () => {
  const code = 'export default async () => {\n  const two = 1 + * 2\n}\n'
  const error = await wireRefuses(
    'pod.push',
    { name: 'kept', code, file: 'two.js' },
    { code: 'bad_image', message: /two\.js:2:19/, hint: /const two = 1 \+ \* 2/ },
  )
  assert.equal([error.facts.file, error.facts.line, error.facts.column], ['two.js', 2, 19])
  assert.is((await host.refused('push', 'local', 'kept', source('two.js', code))).code, error.code)
})

refusal('an import that cannot be bundled is refused with its place', async () => {
  const refused = { code: 'bundle_failed', exit: 1 }
  await cliRefuses(['push', 'local', 'kept', bad('missing-package.ts')], {
    ...refused,
    message: /cannot find "left-pad-that-is-not-there" at missing-package\.ts:2:17/,
    hint: /npm install left-pad-that-is-not-there/,
  })
  await cliRefuses(['push', 'local', 'kept', bad('missing-file.ts')], {
    ...refused,
    message: /cannot find "\.\/helper-that-is-not-there\.ts" at missing-file\.ts:2:24/,
    hint: /Check that path/,
  })
})

refusal('a native addon is refused by the name of its package', async () => {
  source('node_modules/fast-thing/package.json', '{ "name": "fast-thing", "main": "index.js" }')
  source('node_modules/fast-thing/index.js', `module.exports = require('./build/Release/fast.node')`)
  source('node_modules/fast-thing/build/Release/fast.node', '\x7fELF')
  const app = source('native.js', `import fast from 'fast-thing'\nexport default async () => fast()`)
  await cliRefuses(['push', 'local', 'kept', app], {
    code: 'bundle_failed',
    exit: 1,
    message: /"fast-thing" is a native addon/,
    hint: /plain JavaScript/,
  })
})

refusal('a file without a default export is refused', async () => {
  const refused = { code: 'bad_image', message: /no default export/, hint: /export default async \(params, bus, p8a\)/ }
  await cliRefuses(['push', 'local', 'kept', bad('no-default.ts')], { ...refused, exit: 1 })
  for (const code of ['export const add = (a, b) => a + b', 'console.log(1)', 'import fs from "node:fs"']) {
    await wireRefuses('pod.push', { name: 'kept', code }, refused)
  }
})

/** Configs that are wrong, as the source of a module: what is said, and at which place of it. */
const configs: [title: string, config: string, message: RegExp, place: string][] = [
  ['an unknown key', `{\n  scale: 2,\n  sclae: 3 }`, /"sclae" is unknown/, '3:3'],
  ['an unknown key within check', `{ check: {\n  every: 5 } }`, /"check\.every" is unknown/, '2:3'],
  ['a text for a number', `{\n  scale: 'ten' }`, /"scale" is not a whole number from 1 to 1000/, '2:3'],
  ['a scale of 0', `{ scale: 0 }`, /"scale" is not a whole number/, '1:25'],
  ['a scale of 1001', `{ scale: 1001 }`, /"scale" is not a whole number/, '1:25'],
  ['a duration that is none', `{\n  stopTimeout: 'soon' }`, /"stopTimeout" is not a duration.*"10s"/, '2:3'],
  ['a negative duration', `{ startTimeout: -1 }`, /"startTimeout" is not a duration/, '1:25'],
  ['a policy there is not', `{ restart: 'sometimes' }`, /"restart" must be "always", "on-failure" or "never"/, '1:25'],
  ['an environment that is not texts', `{ env: { PORT: 80 } }`, /"env\.PORT" is not a text/, '1:32'],
  ['a Node flag that is none', `{ nodeFlags: ['inspect'] }`, /"nodeFlags\.0" must start with "-"/, '1:25'],
  ['a list for an object', `{ check: [] }`, /"check"/, '1:25'],
  ['null', `null`, /the config: it must be an object/, '1:23'],
  ['a text', `'fast'`, /the config: it must be an object/, '1:23'],
  ['an identifier', `{ scale: process }`, /config\.scale is not a plain literal/, '1:32'],
  ['a call', `{\n  scale: Number(2) }`, /config\.scale is not a plain literal/, '2:10'],
  ['a spread', `{ ...process.env }`, /config is not a plain literal/, '1:25'],
  ['a computed key', `{ ['scale']: 2 }`, /config is not a plain literal/, '1:25'],
  ['a template with a value', '{ cwd: `${process.cwd()}/x` }', /config\.cwd is not a plain literal/, '1:30'],
  ['a function', `{ scale() { return 2 } }`, /config is not a plain literal/, '1:25'],
  ['a getter', `{ get scale() { return 2 } }`, /config is not a plain literal/, '1:25'],
]

for (const [title, config, message, place] of configs) {
  refusal(`a config with ${title} is refused with the place`, async () => {
    const code = `export const config = ${config}\nexport default async () => {}\n`
    const expected = { code: 'bad_config', message, hint: /./ }
    const error = await wireRefuses('pod.push', { name: 'kept', code, file: 'app.js' }, expected)
    assert.match(error.message, `app.js:${place}`)
    assert.is(`${error.facts.file}:${error.facts.line}:${error.facts.column}`, `app.js:${place}`)
    // What the CLI makes of it and sends; how it tells a refusal is asked of the CLI itself below.
    const file = source('app.js', code)
    assert.is((await takenAs(file)).as, 'pod')
    const { code: bundled, map } = await bundle(file)
    const { facts, message: text } = await wireRefuses(
      'pod.push',
      { name: 'kept', code: bundled, map, file: 'app.js' },
      expected,
    )
    assert.equal([facts.file, facts.line], ['app.js', Number(place.split(':')[0])], text)
  })
}

for (const [file, message, line] of [
  ['config-unknown-key.ts', /"sclae" is unknown/, 6],
  ['config-wrong-type.ts', /"check\.interval" is not a duration/, 9],
  ['config-not-static.ts', /config\.scale is not a plain literal/, 6],
] as const) {
  refusal(`the place of a wrong config is the line of the TypeScript source: ${file}`, async () => {
    const told = await cliRefuses(['push', 'local', 'kept', bad(file)], {
      code: 'bad_config',
      exit: 1,
      message,
      hint: /./,
    })
    assert.match(told.message as string, `${file}:${line}:`)
    assert.equal([told.file, told.line], [file, line])
  })
}

for (const [title, code] of [
  ['a variable set later', 'export let config\nconfig = { scale: 2 }\nexport default () => {}'],
  ['an import', `import { config } from 'node:process'\nexport { config }\nexport default () => {}`],
  ['a destructured export', 'export const { config } = { config: { scale: 2 } }\nexport default () => {}'],
  ['a function', 'export function config() {}\nexport default () => {}'],
  ['a member assigned by a text', `module.exports = () => {}\nmodule.exports['config'] = { scale: 'wrong' }`],
  ['a quoted key of module.exports', `module.exports = { default() {}, 'config': { scale: 'wrong' } }`],
  [
    'a getter that esbuild or babel defined',
    `module.exports = () => {}\nObject.defineProperty(module.exports, 'config', { enumerable: true, get: () => read() })`,
  ],
] as const) {
  refusal(`a config that is ${title} is refused, not passed over`, async () => {
    await wireRefuses('pod.push', { name: 'kept', code }, { code: 'bad_config', message: /config/, hint: /./ })
  })
}

refusal('start of what is up, and remove of what is up, are refused', async () => {
  await bothRefuse(
    { cli: ['start', 'origin', 'kept'], method: 'pod.start', params: { name: 'kept' } },
    { code: 'pod_running', message: /Cannot start pod "kept": it is up/, hint: /restart/ },
  )
  await bothRefuse(
    { cli: ['remove', 'origin', 'kept'], method: 'pod.remove', params: { name: 'kept' } },
    { code: 'pod_running', message: /Cannot remove pod "kept": it is up/, hint: /--force/ },
  )
})

// The command counts -5 from what is, which is too far as well.
for (const value of ['ten', '0', '-5', '1.5', '100000', '']) {
  refusal(`scale ${JSON.stringify(value)} is refused with one code over CLI and wire, and a hint`, async () => {
    const scale = (value === '' || value === 'ten' ? value : Number(value)) as number
    const error = await wireRefuses(
      'pod.scale',
      { name: 'running', scale },
      { code: 'bad_params', message: /whole number from 1 to 1000/, hint: /./ },
    )
    const told = await host.refused('scale', 'origin', 'running', value)
    assert.ok(told.exit === 1 || told.exit === 2)
    assert.match(told.message, /whole number from 1/)
    assert.match(told.hint ?? '', /./, 'there is a hint')
    assert.is(told.code, error.code)
  })
}

for (const [flag, value, config] of [
  ['--restart', 'sometimes', { restart: 'sometimes' }],
  ['--start-timeout', 'soon', { startTimeout: 'soon' }],
  ['--stop-timeout', '-1s', { stopTimeout: '-1s' }],
  ['--check-interval', 'often', { check: { interval: 'often' } }],
  ['--node-flag', 'inspect', { nodeFlags: ['inspect'] }],
  ['--env', '1A=x', { env: { '1A': 'x' } }],
  ['--scale', '1001', { scale: 1001 }],
  ['--retries', '1000001', { retries: 1_000_001 }],
  ['--give-up', 'soon', { giveUp: 'soon' }],
] as const) {
  refusal(`start with ${flag} ${value} is refused, by the name of the option, and the pod stays as it is`, async () => {
    await host.push('forever', 'idle-one')
    const before = await everything()
    const refused = { message: /./, hint: /./ }
    await wireRefuses('pod.start', { name: 'idle-one', config: config as never }, { code: 'bad_config', ...refused })
    const named = new RegExp(`^Cannot use ${flag} "${value}": it `)
    const cli = { code: 'bad_config', exit: 2, ...refused, message: named }
    await cliRefuses(['start', 'local', 'idle-one', flag, value], cli)
    assert.equal(await everything(), before)
    await host.remove('idle-one')
  })
}

for (const args of [
  ['--scale', 'ten'],
  ['--scale', '0'],
  ['--retries', '1.5'],
  ['--check-failures', 'x'],
  ['--env', 'NOTHING'],
  ['--scale'],
]) {
  refusal(`start with ${args.join(' ')} is wrong usage, with a hint`, async () => {
    await cliRefuses(['start', 'local', 'kept', ...args], {
      code: 'usage',
      exit: 2,
      message: /^Cannot (?:read|take)/,
      hint: /./,
    })
  })
}

refusal('start with params that are no texts is refused over the wire', async () => {
  await wireRefuses(
    'pod.start',
    { name: 'kept', params: { value: 24 as never } },
    { code: 'bad_params', message: /params\.value must be a text/, hint: /params/ },
  )
})

refusal('a call that cannot be made is refused: no such function, no such run, pod idle', async () => {
  await bothRefuse(
    { cli: ['call', 'origin', 'kept', 'nothing'], method: 'pod.call', params: { name: 'kept', fn: 'nothing' } },
    { code: 'function_not_found', message: /Cannot call "nothing" of pod "kept"/, hint: /exports no function/ },
  )
  await bothRefuse(
    { cli: ['call', 'origin', 'kept.99', 'fn'], method: 'pod.call', params: { name: 'kept.99', fn: 'fn' } },
    { code: 'run_not_found', message: /no run "kept\.99"/, hint: /kept\.1/ },
  )
})

refusal('logs of a run that cannot be, and of a time that is none, are refused', async () => {
  await bothRefuse(
    {
      cli: ['logs', 'origin', 'kept', '--run', 'other.1'],
      method: 'pod.logs',
      params: { name: 'kept', run: 'other.1' },
    },
    { code: 'run_not_found', message: /no run "other\.1"/, hint: /web\.7/ },
  )
  await cliRefuses(['logs', 'origin', '--time', 'the day of days'], {
    code: 'bad_time',
    exit: 2,
    message: /the day of days/,
    hint: /last 5 mins/,
  })
})

refusal('times that Node cannot read, or takes for others, are refused over the wire', async () => {
  for (const time of ['2026-11-20T10:00:00+05', '2026-02-30T00:00:00Z']) {
    const wrong = { code: 'bad_params', hint: /./ }
    await wireRefuses('pod.logs', { since: time }, { ...wrong, message: /since must be an RFC 3339 time/ })
    await wireRefuses('pod.logs', { until: time }, { ...wrong, message: /until must be an RFC 3339 time/ })
    await wireRefuses('pod.runs', { since: time }, { ...wrong, message: /since must be an RFC 3339 time/ })
  }
})

refusal('wrong usage has exit code 2: unknown command, unknown option, too few and too many arguments', async () => {
  const wrong = { code: 'usage', exit: 2 }
  await cliRefuses(['strat', 'local', 'kept'], {
    ...wrong,
    message: /Unknown command "pod strat"/,
    hint: /Did you mean "pod start"/,
  })
  await cliRefuses(['frobnicate'], { ...wrong, message: /Unknown command/, hint: /pod help/ })
  await cliRefuses(['remote', 'ad', 'x', 'y'], {
    ...wrong,
    message: /Unknown command "pod remote ad"/,
    hint: /pod remote add/,
  })
  await cliRefuses(['stop', 'local'], { ...wrong, message: /needs NAME/, hint: /Usage: pod stop <remote> <...names>/ })
  // One of several that is not there: nothing is done to the others.
  const none = { code: 'pod_not_found', exit: 1 } as const
  const missing = /There is no pod "nosuch"; none was started/
  await host.push('forever', 'idle')
  await cliRefuses(['start', 'local', 'idle', 'nosuch'], { ...none, message: missing, hint: /--name value/ })
  assert.is((await host.status('idle')).want, 'idle')
  await host.remove('idle')
  await cliRefuses(['runs', 'local', 'kept', 'running'], { ...wrong, message: /"running"/, hint: /Usage: pod runs/ })
  await cliRefuses(['stop', 'local', 'kept', '--no-wiat'], {
    ...wrong,
    message: /Unknown option "--no-wiat"/,
    hint: /--no-wait/,
  })
  await cliRefuses(['status', 'local', '--frobnicate'], {
    ...wrong,
    message: /Unknown option "--frobnicate"/,
    hint: /./,
  })
})

// What must not end a host, whoever sends it or puts it there.

test('no message of a client ends the host, with a token or without', async () => {
  const { port, pid } = host
  try {
    await sendNonsense(port)
    assert.is((await host.ask('host.info', {})).pid, pid, 'it is the same host')
  } finally {
    if (!isAlive(pid)) await host.up()
  }
})

async function sendNonsense(port: number): Promise<void> {
  const send = async (text: string) => {
    const socket = netConnect(port, '127.0.0.1').on('error', () => {})
    let answer = ''
    socket.on('data', chunk => {
      answer += chunk
    })
    socket.end(text)
    await new Promise(resolve => socket.once('close', resolve))
    return answer
  }
  const head = 'POST /rpc HTTP/1.1\r\nhost: x\r\n'
  await send(`${head}content-length: 1000\r\n\r\n{"torn`)
  await send(`${head}transfer-encoding: chunked\r\n\r\nff\r\n{"torn`)
  await send(`${head}content-length: 1000\r\nauthorization: Bearer ${host.token}\r\n\r\n{"torn`)
  for (const method of [-1, null, true, [], {}, ['host.info']]) {
    const { error } = JSON.parse(
      await send(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method, token: host.token })}\n`),
    )
    assert.is(error?.data?.code, 'bad_request', JSON.stringify(method))
  }
}

/** What can lie where a pod has its folder, by a name for it. */
const oddities: Record<string, (pod: string) => void> = {
  'a-file': pod => writeFileSync(pod, 'notes'),
  'a-folder-for-pod-json': pod => mkdirSync(join(pod, 'pod.json'), { recursive: true }),
  'a-file-for-the-records': pod => copyPod(pod, dir => writeFileSync(join(dir, 'runs'), '')),
  'a-folder-for-a-record': pod => copyPod(pod, dir => mkdirSync(join(dir, 'runs/1.json'), { recursive: true })),
  'a-pod-json-that-links-to-itself': pod => link(pod),
  'a-link-for-the-records': pod => copyPod(pod, dir => symlinkSync(host.dir, join(dir, 'runs'))),
}

function link(pod: string): void {
  mkdirSync(pod)
  symlinkSync('pod.json', join(pod, 'pod.json'))
}

/** Makes a pod's folder of one that is there. */
function copyPod(pod: string, andThen: (dir: string) => void = () => {}): void {
  mkdirSync(pod)
  andThen(pod)
  const desired = JSON.parse(readFileSync(join(host.data, 'pods/kept/pod.json'), 'utf8'))
  writeFileSync(join(pod, 'pod.json'), JSON.stringify({ ...desired, want: 'idle' }))
}

test('neither a host that runs nor the next one ends because of what lies where a pod has its folder', async () => {
  const pods = join(host.data, 'pods')
  try {
    for (const [name, make] of Object.entries(oddities)) make(join(pods, name))
    copyPod(join(pods, 'marker'))
    await until(async () => await host.status('marker').catch(() => undefined), 'the host has looked')
    assert.ok(isAlive(host.pid), 'the host runs still')
    await host.killHost()
    await host.up()
    assert.is((await host.status('kept')).status, 'up')
  } finally {
    for (const name of [...Object.keys(oddities), 'marker']) rmSync(join(pods, name), { recursive: true, force: true })
    if (!isAlive(host.pid)) await host.up()
  }
})

test.run()
