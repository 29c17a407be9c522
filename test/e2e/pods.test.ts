// What a pod is to its author: how its file becomes a pod, what it is given, how it is called, how it ends.
// Not here: restart policies, health and stops (life.test.ts), adoption (adoption.test.ts), output (logs.test.ts).
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { P8aError } from '../../protocol/errors.ts'
import type { PodStatus, RunInfo } from '../../protocol/words.ts'
import type { Pushed } from '../../protocol/words-version.ts'
import { fixture, root } from '../paths.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost, withSpares } from './harness.ts'

const test = suite('pods')
const host = new TestHost(withSpares)

/** What the host has in its own environment and no pod may see. */
const secret = 'a-secret-of-the-host'

test.before(async () => {
  await host.upWith({ SECRET_OF_THE_HOST: secret, NODE_OPTIONS: '' })
  mkdirSync(join(host.dir, 'src'))
  symlinkSync(join(root, 'node_modules'), join(host.dir, 'src/node_modules'))
  // By the command, with its source map.
  await host.pushFile('puppet', fixture('puppet'))
  await host.begin('puppet', { params: { value: '24' } })
})
test.after(() => host.dispose())

/** Writes a source file beside the project's own node_modules, and returns its path. */
function source(name: string, text: string): string {
  const file = join(host.dir, 'src', name)
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

/** Pushes a source as a pod and starts it. */
async function started(name: string, file: string, ...flags: string[]): Promise<PodStatus> {
  await host.pushFile(name, file)
  return await host.json<PodStatus>('start', 'local', name, ...flags)
}

/** Pushes code as it is, as any client of the wire may. */
async function pushCode(name: string, code: string): Promise<Pushed> {
  const client = await host.client()
  return await client.call('pod.push', { name, code }).finally(() => client.close())
}

/** Calls over the wire and expects a refusal. */
async function callFails(name: string, fn: string, args: unknown[] = []): Promise<P8aError> {
  const client = await host.client()
  try {
    return await client.call('pod.call', { name, fn, args }).then(
      answer => assert.unreachable(`it should fail: ${JSON.stringify(answer)}`) as never,
      error => error,
    )
  } finally {
    client.close()
  }
}

async function log(name: string): Promise<string> {
  return (await host.lines(name)).join('\n')
}

async function ends(name: string): Promise<RunInfo['end'][]> {
  return (await host.runs(name)).map(run => run.end)
}

// Bundling at push.

test('push makes one file of TypeScript, JSON, npm packages and files of its own', async () => {
  source('data.json', '{ "greeting": "hello" }')
  source('lib/shout.ts', 'export const shout = (text: string): string => text.toUpperCase()')
  const file = source(
    'app.ts',
    `import type { Pod } from 'p8a'
     import stringWidth from 'string-width'
     import * as v from 'valibot'
     import data from './data.json' with { type: 'json' }
     import { shout } from './lib/shout.ts'
     const pod: Pod = async params => { console.log(shout(data.greeting), params.value) }
     export default pod
     export const width = (text: string): number => stringWidth(text)
     export const isText = (value: unknown): boolean => v.is(v.string(), value)`,
  )
  await started('app', file, '--value', '024')
  assert.is(await host.call('app', 'width', '日本'), 4)
  assert.is(await host.call('app', 'isText', 5), false)
  assert.ok((await host.lines('app')).includes('HELLO 024'))
  await host.remove('app')
})

for (const ending of ['tsx', 'jsx']) {
  test(`push reads .${ending}`, async () => {
    source('mini/jsx-runtime.js', 'export const jsx = (tag, props) => `<${tag}>${props.children}</${tag}>`')
    // A package of the source's own cannot stand in the linked node_modules.
    source('mini/package.json', '{ "name": "mini", "exports": { "./jsx-runtime": "./jsx-runtime.js" }, "imports": {} }')
    source('jsx/package.json', '{ "imports": { "#mini/jsx-runtime": "../mini/jsx-runtime.js" } }')
    const file = source(
      `jsx/page.${ending}`,
      `/** @jsxImportSource mini */\nexport default async () => {}\nexport const page = () => <b>hello</b>`,
    )
    mkdirSync(join(host.dir, 'src/jsx/node_modules'), { recursive: true })
    try {
      symlinkSync(join(host.dir, 'src/mini'), join(host.dir, 'src/jsx/node_modules/mini'))
    } catch {
      // Linked by the test before.
    }
    await started('page', file)
    assert.is(await host.call('page', 'page'), '<b>hello</b>')
    await host.remove('page')
  })
}

const esm = `export default async () => { console.log('up') }
export const add = (a, b) => a + b
export const env = () => process.env.FROM_CONFIG
export const config = { env: { FROM_CONFIG: 'yes' } }`

const cjs = `const os = require('node:os')
module.exports = async () => { console.log('up', typeof os.cpus) }
module.exports.add = (a, b) => a + b
module.exports.env = () => process.env.FROM_CONFIG
module.exports.config = { env: { FROM_CONFIG: 'yes' } }`

const typed = `import type { Config, Pod } from 'p8a'
enum Unused { A, B }
const main: Pod = async () => { console.log('up', Unused.A) }
export default main
export function add(a: number, b: number): number { return a + b }
export const env = (): string | undefined => process.env.FROM_CONFIG
export const config = { env: { FROM_CONFIG: 'yes' } } as const satisfies Config`

const formats: [title: string, file: string, text: string][] = [
  ['an ES module in .js', 'esm.js', esm],
  ['an ES module in .mjs', 'esm.mjs', esm],
  ['CommonJS in .js', 'common.js', cjs],
  ['CommonJS in .cjs', 'common.cjs', cjs],
  ['TypeScript in .ts', 'typed.ts', typed],
  ['TypeScript in .mts', 'typed.mts', typed],
  ['TypeScript in .cts', 'typed.cts', typed],
  [
    'CommonJS whose module.exports is an object',
    'object.cjs',
    `module.exports = { default: async () => {}, add: (a, b) => a + b, env: () => process.env.FROM_CONFIG, config: { env: { FROM_CONFIG: 'yes' } } }`,
  ],
  [
    'CommonJS whose exports are assigned before',
    'aliased.js',
    `exports = module.exports = async () => {}\nexports.add = (a, b) => a + b\nexports.env = () => process.env.FROM_CONFIG\nexports.config = { env: { FROM_CONFIG: 'yes' } }`,
  ],
  [
    'what tsc makes of an ES module for CommonJS',
    'tsc.js',
    `"use strict";\nObject.defineProperty(exports, "__esModule", { value: true });\nexports.config = exports.env = exports.add = void 0;\nconst add = (a, b) => a + b;\nexports.add = add;\nconst env = () => process.env.FROM_CONFIG;\nexports.env = env;\nexports.config = { env: { FROM_CONFIG: 'yes' } };\nexports.default = async () => {};`,
  ],
  [
    'what esbuild makes of an ES module',
    'esbuild.mjs',
    `// app.ts\nvar add = (a, b) => a + b;\nvar env = () => process.env.FROM_CONFIG;\nvar config = { env: { FROM_CONFIG: "yes" } };\nvar app_default = async () => {\n};\nexport {\n  add,\n  config,\n  app_default as default,\n  env\n};`,
  ],
]

for (const [title, file, text] of formats) {
  test(`push, config and calls work for ${title}`, async () => {
    await started('format', source(file, text))
    assert.equal([await host.call('format', 'add', 1, 2), await host.call('format', 'env')], [3, 'yes'])
    await host.remove('format')
  })
  if (/\.[cm]?ts$/.test(file)) continue
  test(`the wire takes it unbundled: ${title}`, async () => {
    const pushed = await pushCode('format', text)
    assert.equal(
      pushed.exports.filter(name => name !== 'config'),
      ['add', 'env'],
    )
    await host.begin('format')
    assert.equal([await host.call('format', 'add', 1, 2), await host.call('format', 'env')], [3, 'yes'])
    await host.remove('format')
  })
}

test('push of a CommonJS bundle of esbuild works, with its config', async () => {
  const code = execFileSync(
    join(root, 'node_modules/.bin/esbuild'),
    ['--format=cjs', '--platform=node', '--bundle', source('to-bundle.js', esm)],
    { encoding: 'utf8' },
  )
  await started('format', source('bundled.cjs', code))
  assert.equal([await host.call('format', 'add', 1, 2), await host.call('format', 'env')], [3, 'yes'])
  await host.remove('format')
})

test('an ES module may await at its top, and knows its file', async () => {
  const file = source(
    'await.mjs',
    `const { platform } = await import('node:os')\nexport default async () => {}\nexport const tell = () => [typeof platform, import.meta.url.startsWith('file:'), process.argv.length]`,
  )
  await started('awaits', file)
  assert.equal(await host.call('awaits', 'tell'), ['function', true, 2])
  await host.remove('awaits')
})

test('push of the same content again is a no-op, and another content is the next version', async () => {
  const file = source('versions.ts', 'export default async () => {}\nexport const version = (): number => 1')
  const first = await host.json<Pushed>('push', 'local', 'versions', file)
  assert.equal([first.version, first.unchanged, first.exports, first.kind], [1, false, ['version'], 'service'])
  assert.match(first.hash, /^[0-9a-f]{64}$/)
  const again = await host.json<Pushed>('push', 'local', 'versions', file)
  assert.equal([again.version, again.unchanged, again.hash], [1, true, first.hash])
  assert.match(await host.ok('push', 'local', 'versions', file), /unchanged, still v1/)
  source('versions.ts', 'export default async () => {}\nexport const version = (): number => 2')
  const next = await host.json<Pushed>('push', 'local', 'versions', file)
  assert.equal([next.version, next.unchanged, next.size > 0], [2, false, true])
  source('versions.ts', 'export default async () => {}\nexport const version = (): number => 1')
  assert.is(
    (await host.json<Pushed>('push', 'local', 'versions', file)).version,
    3,
    'what was pushed long ago is a new version all the same',
  )
})

test('pushing while a pod is up leaves its run on the old version until restart', async () => {
  const file = source('versions.ts', 'export default async () => {}\nexport const version = (): number => 10')
  const { runs } = await started('staying', file)
  source('versions.ts', 'export default async () => {}\nexport const version = (): number => 11')
  const pushed = await host.json<Pushed>('push', 'local', 'staying', file)
  assert.match(pushed.next ?? '', /up with v1: reload it to run v2/)
  const status = await host.status('staying')
  assert.equal([status.version, status.latest, status.runs[0]?.pid], [1, 2, runs[0]?.pid])
  assert.is(await host.call('staying', 'version'), 10)
  process.kill(runs[0]?.pid as number, 'SIGKILL')
  await until(
    async () => (await host.status('staying')).restarts === 1 && (await host.status('staying')).status === 'up',
    'it is back',
  )
  assert.is(await host.call('staying', 'version'), 10, 'a restart by the policy runs the same version')
  await host.restart('staying')
  assert.is(await host.call('staying', 'version'), 11)
  await host.remove('staying')
})

test('two pods with equal content share an image, and removing one leaves the other working', async () => {
  const images = () => readdirSync(join(host.data, 'images')).length
  const before = images()
  const file = source('shared.js', esm)
  await started('shared-a', file)
  await host.pushFile('shared-b', file)
  assert.is(images(), before + 1)
  await host.remove('shared-a')
  assert.is(images(), before + 1)
  await host.begin('shared-b')
  assert.is(await host.call('shared-b', 'add', 2, 3), 5)
  await host.remove('shared-b')
  assert.is(images(), before, 'the image goes with the last pod that has it')
})

// Config.

test('the static config is honoured: scale, env, cwd, Node flags; flags at start go over it, key by key', async () => {
  mkdirSync(join(host.dir, 'elsewhere'))
  const file = source(
    'configured.ts',
    `export const config = {
       scale: 2, env: { A: 'config', B: 'config' }, cwd: ${JSON.stringify(join(host.dir, 'elsewhere'))},
       nodeFlags: ['--stack-trace-limit=7'], check: { interval: '2s' }, retries: 3,
     }
     export default async (): Promise<void> => {}
     export const tell = () => [process.env.A, process.env.B, process.cwd(), process.execArgv, Error.stackTraceLimit]`,
  )
  assert.is((await started('configured', file)).up, 2)
  assert.equal(await host.call('configured', 'tell'), [
    'config',
    'config',
    join(host.dir, 'elsewhere'),
    ['--disable-sigusr1', '--stack-trace-limit=7'],
    7,
  ])
  await host.stop('configured')
  const flags = [
    '--scale',
    '1',
    '--env',
    'A=flag',
    '--cwd',
    host.dir,
    '--node-flag',
    '--stack-trace-limit=9',
    '--node-flag=--no-warnings',
  ]
  assert.is((await host.json<PodStatus>('start', 'local', 'configured', ...flags)).up, 1)
  assert.equal(await host.call('configured', 'tell'), [
    'flag',
    'config',
    host.dir,
    ['--disable-sigusr1', '--stack-trace-limit=9', '--no-warnings'],
    9,
  ])
  await host.stop('configured')
  await host.begin('configured')
  assert.equal(((await host.call('configured', 'tell')) as unknown[])[0], 'config', 'flags count for one start')
  await host.remove('configured')
})

test('a Node flag that there is not, and a cwd that is not there, end in error with the cause after one attempt', async () => {
  const before = (await ends('versions')).length
  const flagged = await host.refused('start', 'local', 'versions', '--node-flag', '--no-such-flag')
  assert.is(flagged.code, 'start_failed')
  assert.match(await log('versions'), /bad option.*--no-such-flag/)
  const given = await host.status('versions')
  assert.equal(
    [given.text, given.retryAt],
    ['exited with code 9; not tried again, since that cannot change by itself', undefined],
  )
  const moved = await host.refused('start', 'local', 'versions', '--cwd', '/no/such/place')
  assert.is(moved.code, 'start_failed')
  assert.match(moved.message, /its working directory \/no\/such\/place does not exist/)
  assert.match(moved.hint ?? '', /the host goes on trying, next in [12]?\d\.\d s/)
  assert.ok((await host.status('versions')).retryAt, 'it may be mounted later')
  assert.is((await ends('versions')).length, before + 2)
  await host.stop('versions')
})

test('stopTimeout of the config is honoured', async () => {
  const file = source(
    'slow-stop.js',
    `export const config = { stopTimeout: '200ms' }\nexport default () => { process.on('SIGTERM', () => {}); setInterval(() => {}, 60_000) }`,
  )
  await started('slow-stop', file)
  const { ended } = await host.json<{ ended: { signal: string }[] }>('stop', 'local', 'slow-stop')
  assert.is(ended[0]?.signal, 'SIGKILL')
})

// What a pod is given.

test('params are texts exactly as typed', async () => {
  const typedParams = [
    '--a',
    '024',
    '--b',
    '1e3',
    '--c',
    '-3',
    '--flag',
    '--no-x',
    '--d=b=c',
    '--e',
    '',
    '--f',
    'true',
    '--g=',
    '--constructor',
    'c',
    '--last',
    '2',
    '--last',
    '3',
  ]
  await host.push('puppet', 'typed')
  await host.ok('start', 'local', 'typed', ...typedParams, '--', '--scale', '9', '--help', '--json')
  const expected = {
    a: '024',
    b: '1e3',
    c: '-3',
    flag: 'true',
    'no-x': 'true',
    d: 'b=c',
    e: '',
    f: 'true',
    g: '',
    constructor: 'c',
    last: '3',
    scale: '9',
    help: 'true',
    json: 'true',
  }
  assert.equal((await host.status('typed')).params, expected)
  const { params } = (await host.call('typed', 'tell')) as { params: Record<string, string> }
  assert.equal(params, expected)
  assert.is((await host.status('typed')).scale, 1)
  await host.remove('typed')
})

test('params outlive restarts of the run and of the host', async () => {
  const client = await host.client()
  const odd = { 'with space': 'x y', ключ: 'значение', 'new\nline': 'a\nb', quote: '"\\' }
  await host.push('puppet', 'odd-params')
  await client.call('pod.start', { name: 'odd-params', params: odd })
  client.close()
  assert.equal(((await host.call('odd-params', 'tell')) as { params: unknown }).params, odd)
  const [run] = (await host.status('odd-params')).runs
  process.kill(run?.pid as number, 'SIGKILL')
  await until(
    async () => (await host.status('odd-params')).restarts === 1 && (await host.status('odd-params')).status === 'up',
    'it is back',
  )
  assert.equal(((await host.call('odd-params', 'tell')) as { params: unknown }).params, odd)
  await host.remove('odd-params')
})

test('p8a has name, run, slot, path and storage, which is the working directory', async () => {
  const told = (await host.call('puppet', 'tell')) as Record<string, unknown>
  assert.equal(
    [told.params, told.name, told.run, told.slot, told.path, told.storage, told.cwd],
    [{ value: '24' }, 'puppet', 'puppet.1', 0, '', join(host.data, 'pods/puppet/storage'), told.storage],
  )
})

test('storage outlives stop, restart and push, and goes with the pod', async () => {
  const text = (version: number) => `import { readFileSync, writeFileSync } from 'node:fs'
    let own
    export default async (params, bus, p8a) => { own = p8a.storage }
    export const write = text => writeFileSync(own + '/kept.txt', text)
    export const read = () => readFileSync(own + '/kept.txt', 'utf8')
    export const version = () => ${version}`
  await started('stores', source('stores.js', text(1)))
  await host.call('stores', 'write', 'kept')
  await host.restart('stores')
  assert.is(await host.call('stores', 'read'), 'kept')
  await host.stop('stores')
  await started('stores', source('stores.js', text(2)))
  assert.equal([await host.call('stores', 'version'), await host.call('stores', 'read')], [2, 'kept'])
  await host.remove('stores')
  await started('stores', source('stores.js', text(2)))
  assert.match((await callFails('stores', 'read')).message, /ENOENT/)
  await host.remove('stores')
})

test('the environment is clean: nothing of the host, nothing of the link, and what a program needs', async () => {
  const names = (await host.call('puppet', 'allEnv')) as string[]
  for (const needed of ['PATH', 'HOME']) assert.ok(names.includes(needed), needed)
  assert.equal(
    names.filter(name => /SECRET|^P8A_|XDG|NODE_OPTIONS/.test(name)),
    [],
  )
  assert.is(await host.call('puppet', 'env', 'SECRET_OF_THE_HOST'), null)
})

test('bus.emit tells status and text; a status that does not exist is the fault of the pod that emits it', async () => {
  await host.call('puppet', 'status', 'up', 'serving 12 users')
  await until(async () => (await host.status('puppet')).text === 'serving 12 users', 'the text is shown')
  assert.match(await host.ok('status', 'local', 'puppet'), /serving 12 users/)
  await host.call('puppet', 'status', 'waiting', 'for the database')
  await until(async () => (await host.status('puppet')).text === 'for the database', 'the text is shown')
  const error = await callFails('puppet', 'status', ['fine'])
  assert.match(error.message, /"fine".*up, waiting, error/)
  assert.is((await host.status('puppet')).runs[0]?.id, 'puppet.1')
})

test('a pod that emits up before its default export resolves is up', async () => {
  const file = source(
    'early.js',
    `export default async (params, bus) => { bus.emit('status', 'up', 'early'); await new Promise(() => {}) }\nexport const config = { readyAfter: '1d', startTimeout: '1d' }`,
  )
  const status = await started('early', file)
  assert.equal([status.status, status.text], ['up', 'early'])
  await host.remove('early')
})

test('p8a.log writes a tagged line that pod logs --tag finds', async () => {
  await host.call('puppet', 'tagged', 'orders', 'one more order')
  const found = await host.ok('logs', 'local', 'puppet', '--tag', 'orders')
  assert.match(found, /\[orders\] one more order/)
  assert.is(found.trim().split('\n').length, 1)
})

test('p8a.pod calls another pod; its errors keep message and code, and host errors their own', async () => {
  await host.push('puppet', 'other')
  await host.begin('other')
  assert.is(await host.call('puppet', 'ask', 'other', 'add', 2, 3), 5)
  const file = source(
    'asking.js',
    `let own
     export default async (params, bus, p8a) => { own = p8a }
     export const ask = async (pod, fn, ...args) => {
       try { return await own.pod(pod)[fn](...args) } catch (error) {
         return { isError: error instanceof Error, name: error.name, message: error.message, code: error.code, facts: error.facts }
       }
     }`,
  )
  await started('asking', file)
  type Caught = { isError: boolean; message: string; code: string; facts: Record<string, unknown> }
  const ask = async (...args: unknown[]) => (await host.call('asking', 'ask', ...args)) as Caught
  const own = await ask('other', 'fail', 'it broke')
  assert.equal([own.isError, own.message], [true, 'it broke'])
  assert.equal([own.code, own.facts.errorCode, own.facts.name], ['call_failed', 'E_OWN', 'RangeError'])
  assert.match(String(own.facts.stack), /at .*fail/)
  assert.is((await ask('nobody', 'fn')).code, 'pod_not_found')
  assert.is((await ask('versions', 'version')).code, 'pod_not_up')
  assert.is((await ask('other', 'nothing')).code, 'function_not_found')
  await host.remove('other')
})

// Being called.

test('exported functions answer what they return, be it at once or later; undefined is null', async () => {
  assert.is(await host.call('puppet', 'add', 1, 2), 3)
  assert.equal(await host.call('puppet', 'later', { a: [1, null, 'ü'] }, 5), { a: [1, null, 'ü'] })
  await started('odd', fixture('odd-answers'))
  assert.is(await host.call('odd', 'nothing'), null)
  assert.is(
    (await host.ok('call', 'local', 'puppet', 'add', 'a', '"b"')).trim(),
    'ab',
    'an argument is JSON, or else text',
  )
})

test('a function that fails answers call_failed with message, name, code and the remote stack', async () => {
  const error = await callFails('puppet', 'fail', ['no luck'])
  assert.equal(
    [error.code, error.message, error.facts.name, error.facts.errorCode],
    ['call_failed', 'no luck', 'RangeError', 'E_OWN'],
  )
  assert.match(String(error.facts.stack), /RangeError: no luck\n\s+at (?:\w+\.)?fail .*puppet\.js:\d+:\d+/)
  const { code, stderr } = await host.pod('call', 'local', 'puppet', 'fail', '"no luck"')
  assert.is(code, 1)
  assert.match(stderr, /no luck/)
})

for (const fn of ['big', 'circle', 'throwText', 'throwNull', 'throwBigCode', 'throwCircle']) {
  test(`a function whose answer is no JSON fails its call and nothing else: ${fn}`, async () => {
    await until(async () => (await host.status('odd')).status === 'up', 'it is up')
    const { restarts } = await host.status('odd')
    const error = await callFails('odd', fn)
    assert.is(error.code, 'call_failed')
    assert.ok(error.message.length > 0)
    assert.is(await host.call('odd', 'fine'), 'fine')
    assert.is((await host.status('odd')).restarts, restarts)
  })
}

test('a call may take as long as the caller says', async () => {
  const client = await host.client()
  const late = await client
    .call('pod.call', { name: 'puppet', fn: 'later', args: [1, 5000], timeoutMs: 50 })
    .catch(error => error)
  assert.is(late.code, 'timeout')
  const { value } = await client.call('pod.call', {
    name: 'puppet',
    fn: 'later',
    args: [7, 50],
    timeoutMs: 3_000_000_000,
  })
  assert.is(value, 7, 'longer than a timer of Node can wait')
  client.close()
  assert.is((await host.refused('call', 'local', 'puppet', 'later', '1', '5000', '--timeout', '50ms')).code, 'timeout')
})

test('calls go to the least busy run, and to one run by its id', async () => {
  await host.push('puppet', 'many')
  await host.begin('many', { config: { scale: 3 } })
  const client = await host.client()
  const call = (name: string, ms: number) => client.call('pod.call', { name, fn: 'later', args: [null, ms] })
  const three = await Promise.all([call('many', 300), call('many', 300), call('many', 300)])
  assert.equal(three.map(({ run }) => run).sort(), ['many.1', 'many.2', 'many.3'])
  const busy = [call('many.1', 300), call('many.3', 300)]
  assert.is((await call('many', 1)).run, 'many.2')
  await Promise.all(busy)
  assert.is((await client.call('pod.call', { name: 'many.3', fn: 'tell' })).run, 'many.3')
  assert.is((await callFails('many.9', 'tell')).code, 'run_not_found')
  client.close()
  await host.remove('many')
})

test('a call of a run that dies in the middle fails at once', async () => {
  await host.push('puppet', 'dying')
  await host.begin('dying')
  const { pid } = (await host.status('dying')).runs[0] as { pid: number }
  const client = await host.client()
  const call = client.call('pod.call', { name: 'dying', fn: 'later', args: [1, 60_000] }).catch(error => error)
  await client.call('pod.call', { name: 'dying', fn: 'add', args: [1, 1] })
  process.kill(pid, 'SIGKILL')
  assert.is((await call).code, 'pod_not_up')
  client.close()
  await host.remove('dying')
})

test('large arguments and answers arrive whole', async () => {
  const client = await host.client()
  const text = 'ü'.repeat(2_000_000)
  assert.is((await client.call('pod.call', { name: 'puppet', fn: 'later', args: [text, 0] })).value, text)
  client.close()
})

// How a run ends.

test('the cleanup is awaited, and called once however a stop comes', async () => {
  await host.push('cleaning')
  await host.begin('cleaning')
  const client = await host.client()
  await Promise.all([client.call('pod.stop', { name: 'cleaning' }), client.call('pod.stop', { name: 'cleaning' })])
  client.close()
  assert.equal(await host.lines('cleaning'), ['up', 'cleaning', 'cleaned'])
})

test('a cleanup that fails is told in the log and stops nothing', async () => {
  await host.ok('start', 'local', 'cleaning', '--fail')
  await host.stop('cleaning')
  assert.match(await log('cleaning'), /cleanup failed: Error: cleanup broke/)
  assert.is((await host.status('cleaning')).status, 'idle')
})

const failing = `// The stack of an error must name this file.
interface Padding { a: string; b: string }
type More = Padding | undefined

export default async (params: Record<string, string>): Promise<More> => {
  if (params.how === 'reject') throw new Error('rejected')
  setTimeout(() => {
    if (params.how === 'throw') explode('thrown')
    if (params.how === 'later') void Promise.reject(new Error('unhandled'))
  }, 5)
  return undefined
}
function explode(message: string): never {
  throw new TypeError(message)
}
`

for (const [how, message, line] of [
  ['throw', 'TypeError: thrown', 14],
  ['later', 'Error: unhandled', 9],
  ['reject', 'Error: rejected', 6],
] as const) {
  test(`an error that nobody catches ends the run, logged with the TypeScript line: ${how}`, async () => {
    await host.pushFile('failing', source('failing.ts', failing))
    await host.pod('start', 'local', 'failing', '--how', how, '--restart', 'never')
    await until(async () => (await host.status('failing')).status === 'error', 'it has failed')
    assert.equal((await ends('failing'))[0], { code: 1, signal: null, reason: 'fault', message })
    const text = await log('failing')
    assert.ok(text.includes(message))
    assert.match(text, new RegExp(`failing\\.ts:${line}:\\d+`))
    assert.is((await host.status('failing')).cause?.text, message)
  })
}

test('an error at the top of the module ends the run with its place', async () => {
  const file = source('top.ts', `type A = string\n\nconst a: A = 'x'\nnull.f(a)\nexport default async () => {}\n`)
  await host.pushFile('top', file)
  assert.is((await host.refused('start', 'local', 'top', '--give-up', '1')).code, 'start_failed')
  assert.match(await log('top'), /TypeError: Cannot read properties of null[\s\S]*top\.ts:4:6/)
})

test('a pod that handles its own uncaught errors keeps that right', async () => {
  const file = source(
    'handles.js',
    `export default () => { process.on('uncaughtException', error => console.log('handled', error.message)); setTimeout(() => { throw new Error('mine') }, 1) }`,
  )
  await started('handles', file)
  await until(async () => (await log('handles')).includes('handled mine'), 'it was handled')
  assert.equal([(await host.status('handles')).status, (await host.status('handles')).restarts], ['up', 0])
  await host.remove('handles')
})

test('process.exit ends the run with its code, and so does process.exitCode', async () => {
  await host.push('puppet', 'exiting')
  await host.begin('exiting', { config: { restart: 'never' } })
  await host.call('exiting', 'exit', 7)
  await until(async () => (await host.status('exiting')).status === 'error', 'it is over')
  assert.equal((await ends('exiting'))[0], { code: 7, signal: null, reason: 'exited' })
  assert.is((await host.status('exiting')).cause?.text, 'exited with code 7')
  const file = source('exit-at-once.js', `export default async () => { process.exit(3) }`)
  await host.pushFile('exit-at-once', file)
  assert.is((await host.refused('start', 'local', 'exit-at-once', '--give-up', '1')).code, 'start_failed')
  assert.equal((await ends('exit-at-once'))[0], { code: 3, signal: null, reason: 'exited' })
})

test('a pod with nothing to do stays up, and outlives its host too', async () => {
  const { runs } = await started('idling', source('idling.js', 'export default () => {}'))
  const pid = runs[0]?.pid as number
  await host.killHost()
  await host.upWith({})
  assert.ok(isAlive(pid))
  const status = await host.status('idling')
  assert.equal([status.status, status.restarts, status.runs[0]?.pid], ['up', 0, pid])
})

test('a default export that is not a function is refused at push or at start, with the reason', async () => {
  await host.ok('push', 'local', 'no-function', source('no-function.js', `export default Number('42') // for p8a`))
  const refused = await host.refused('start', 'local', 'no-function')
  assert.is(refused.code, 'start_failed')
  assert.match(refused.message, /default export is not a function/)
  assert.is((await ends('no-function')).length, 1, 'no other attempt can help')
})

// For authors.

test('the packed types are all that a TypeScript pod needs', async () => {
  const project = join(host.dir, 'project')
  const installed = join(project, 'node_modules/p8a')
  mkdirSync(installed, { recursive: true })
  // Nothing else of this folder, whose dependencies npm would read, and whose programs it would compress.
  const folder = join(host.dir, 'packed')
  for (const part of ['package.json', 'dist/types']) cpSync(join(root, part), join(folder, part), { recursive: true })
  const env = { npm_config_cache: join(host.dir, 'npm'), HOME: host.dir }
  const { stdout, stderr } = await host.run(
    'npm',
    ['pack', '--ignore-scripts', '--silent', '--pack-destination', project],
    { cwd: folder, env },
  )
  assert.match(stdout, /p8a-.*\.tgz/, stderr)
  execFileSync('tar', ['-xzf', join(project, stdout.trim()), '-C', installed, '--strip-components=1'])
  for (const name of ['valibot', '@types'])
    symlinkSync(join(root, 'node_modules', name), join(project, 'node_modules', name))
  writeFileSync(
    join(project, 'app.ts'),
    `import type { Bus, Config, P8a, Params, Pod } from 'p8a'
export const config = { scale: 2, stopTimeout: '5s', check: { interval: 1000 } } satisfies Config
const pod: Pod = async (params: Params, bus: Bus, p8a: P8a) => {
  const value: string | undefined = params.value
  bus.on('check', () => bus.emit('status', 'up', \`serving \${value}\`))
  p8a.log('start', p8a.name, p8a.run, p8a.slot.toFixed(), p8a.path, p8a.storage)
  console.log(await p8a.pod('other').add?.(1, 2))
  return async () => {}
}
export default pod
`,
  )
  writeFileSync(
    join(project, 'wrong.ts'),
    `import type { Config, Pod } from 'p8a'
export const config: Config = { sclae: 2 }
const pod: Pod = async (params, bus) => { bus.emit('status', 'fine'); const n: number = params.value }
export default pod
`,
  )
  const tsc = (module: string, ...files: string[]) =>
    host.run(
      process.execPath,
      [
        join(root, 'node_modules/typescript/bin/tsc'),
        '--singleThreaded',
        '--noEmit',
        '--strict',
        '--target',
        'es2022',
        '--lib',
        'es2022',
        '--skipDefaultLibCheck',
        '--types',
        'node',
        '--module',
        module,
        ...(module === 'preserve' ? ['--moduleResolution', 'bundler'] : []),
        ...files,
      ],
      // It ends before long: to collect garbage would take a quarter of its time.
      { cwd: project, env: { GOGC: 'off' } },
    )
  const right = await tsc('preserve', 'app.ts')
  assert.equal([right.code, right.stdout], [0, ''])
  const both = await tsc('nodenext', 'app.ts', 'wrong.ts')
  for (const what of ['sclae', '"fine"', 'undefined']) assert.ok(both.stdout.includes(what), both.stdout)
  assert.not.match(both.stdout, /^app\.ts/m)
})

test('a start without params has those of the last start, and says so; one with others says what it has no more', async () => {
  await host.push('forever', 'forgetful')
  assert.is((await host.pod('start', 'local', 'forgetful', '--port', '1', '--env', 'A=b')).stderr, '')
  await host.stop('forgetful')
  await host.restart('forgetful')
  assert.equal((await host.status('forgetful')).params, { port: '1' })
  await host.stop('forgetful')
  const kept = await host.pod('start', 'local', 'forgetful')
  assert.match(
    kept.stderr,
    /^hint: forgetful has what it was given at its last start: port, env\. Without that: pod start .* --forget/,
  )
  const { params, config } = await host.status('forgetful')
  assert.equal([params, config.env], [{ port: '1' }, ['A']], 'the values of variables are not told')
  await host.stop('forgetful')
  const other = await host.pod('start', 'local', 'forgetful', '--color', 'blue')
  assert.match(other.stderr, /^hint: forgetful no longer has what it was given at its last start: port, env$/m)
  assert.equal((await host.status('forgetful')).params, { color: 'blue' })
  await host.stop('forgetful')
  const none = await host.pod('start', 'local', 'forgetful', '--forget')
  assert.match(none.stderr, /^hint: forgetful no longer has what it was given at its last start: color$/m)
  assert.equal((await host.status('forgetful')).params, {})
  await host.stop('forgetful')
  await host.begin('forgetful')
  assert.equal((await host.status('forgetful')).params, {}, 'over the wire, a start is what it says')
  await host.remove('forgetful')
})

test.run()
