import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/start.ts'
import { P8aError, toWireError } from '../../../protocol/errors.ts'
import { failsWith } from '../../fails.ts'
import { podStatus } from '../../pod-status.ts'
import { type Behave, doing, status } from './doing.ts'

const start = async (given: Parameters<typeof doing>[1], pod: object = status, more = {}) =>
  await doing(run, { args: ['local', 'web'], ...given }, { 'pod.start': pod, ...more })

test('run() starts a pod with its params and with the config that options say', async () => {
  const { code, text, asked } = await start({
    params: { port: '8080' },
    options: { scale: '2', restart: 'never', env: ['A=b'] },
  })
  assert.equal([code, asked.length], [0, 1])
  const [method, { name, params, config, wait }] = asked[0] as [string, Record<string, unknown>]
  assert.equal([method, name, params, wait], ['pod.start', 'web', { port: '8080' }, true])
  assert.equal(config, { scale: 2, restart: 'never', env: { A: 'b' } })
  assert.match(text, /^web is up/)
})

test('run() names --stdin-open to anyone who types the word of a config as the file of --stdin', async () => {
  const error = await failsWith('file_not_found', () => start({ options: { stdin: 'open' } }))
  assert.match(error.hint ?? '', '--stdin-open')
  assert.not.match((await failsWith('file_not_found', () => start({ options: { stdin: 'none' } }))).hint ?? '', '-open')
})

test('run() refuses --token, which could be meant for host or pod', async () => {
  await failsWith('usage', () => start({ options: { token: 'x' } }))
})

test('run() gives what is behind -- to a script as arguments, and to any other pod as params', async () => {
  const tail = { words: ['photos'], before: { level: '3' }, args: ['photos'], error: undefined } as never
  const script = await start(
    { tail },
    { ...status, kind: 'script', run: 'web.8' },
    { 'pod.status': podStatus('job', { kind: 'script' }) },
  )
  assert.equal([script.asked[1]?.[1].params, script.asked[1]?.[1].args], [{ level: '3' }, ['photos']])
  assert.is(script.text, 'web.8', 'a script that was begun is named by its run alone')
  await failsWith('usage', () => start({ tail }, status, { 'pod.status': podStatus('web') }))
})

test('run() tells of an option that was mistyped and became a param', async () => {
  assert.match((await start({ params: { scael: '2' } })).told, 'the option --scale')
  assert.is((await start({ params: { port: '1' } })).told, '')
  assert.is((await start({ params: { scael: '2' }, json: true })).told, '', 'a script reads no advice')
})

test('run() refuses an option of another tool before it asks the host, and says what is done here', async () => {
  for (const [name, what] of [
    ['watch', 'a folder is watched by'],
    ['i', '--scale'],
    ['instances', '--scale'],
    ['max-memory-restart', '--memory'],
    ['max_memory_restart', '--memory'],
    ['kill_timeout', '--stop-timeout'],
    ['shutdown_with_message', "gets 'shutdown' anyway"],
    ['n', 'a word of its own'],
    ['listen-timeout', '--start-timeout'],
    ['no-autorestart', '--restart never'],
  ] as const) {
    const shorts = new Set(name.length === 1 ? [name] : [])
    const error = await failsWith('usage', () => start({ params: { [name]: 'true' }, shorts }))
    assert.match(error.hint ?? '', what)
    assert.match(error.hint ?? '', `-- -${name.length === 1 ? '' : '-'}${name}`)
  }
})

test('run() lets a pod have a param of one letter, which no other tool writes with two dashes', async () => {
  assert.equal((await start({ params: { d: 'b' } })).asked[0]?.[1].params, { d: 'b' })
})

test('run() lets a pod have such a param behind --, and one of a plain name with a word about it', async () => {
  const tail = { words: ['--watch'], before: {}, args: [], error: undefined } as never
  const { asked } = await start({ tail, params: { watch: 'true' } }, status, { 'pod.status': podStatus('web') })
  assert.equal(asked[1]?.[1].params, { watch: 'true' })
  assert.match((await start({ params: { cpus: '1' } })).told, 'The pod got --cpus as a param. For a limit on cpu')
  assert.match(
    (await start({ params: { killTimeout: '1' } })).told,
    'The pod got --killTimeout as a param. In p8a that option is --stop-timeout',
  )
  assert.match((await start({ params: { name: 'api' } })).told, 'The name of the pod is a word of its own')
  assert.is((await start({ params: { name: 'Ann' } })).told, '')
})

test('run() tells of a param in the place of an option also where the pod does not come up', async () => {
  const failed: Behave = ({ id }, { send }) =>
    send(JSON.stringify({ jsonrpc: '2.0', id, error: toWireError(new P8aError('start_failed', 'x')) }))
  const { code, told } = await start({ params: { volume: '/a:/b' } }, failed, { 'pod.logs': { entries: [] } })
  assert.is(code, 1)
  assert.match(told, 'The pod got --volume as a param. A pod sees the files of the machine')
})

test('run() tells what the pod no longer has', async () => {
  const { told } = await start({}, { ...status, dropped: ['port', 'env'] })
  assert.match(told, /no longer has what it was given at its last start: port, env$/m)
  const kept = await start({}, { ...status, kept: ['port'] })
  assert.match(kept.told, /at its last start: port\. Without that: pod start local web --forget$/m)
  assert.is(kept.asked[0]?.[1].keep, true)
  assert.is((await start({ options: { forget: true } })).asked[0]?.[1].keep, undefined)
})

test('run() tells of each of several what it has from its last start, and what it no longer has', async () => {
  const answers = {
    'pod.list': { pods: [podStatus('web'), podStatus('api')] },
    'pod.status': podStatus('web'),
    'pod.start': (({ params: { name } }, { answer }) => {
      answer({ ...podStatus(String(name)), ...(name === 'web' ? { kept: ['port'] } : { dropped: ['env'] }) })
    }) satisfies Behave,
  }
  const { told, lines, asked } = await doing(run, { args: ['local', 'web', 'api'] }, answers)
  assert.match(told, /web has what it was given at its last start: port\. Without that: pod start local web --forget$/m)
  assert.match(told, /api no longer has what it was given at its last start: env$/m)
  assert.match(lines, /web is[\s\S]*api is|api is[\s\S]*web is/)
  const keeps = asked.filter(([method]) => method === 'pod.start').map(([, { keep }]) => keep)
  assert.equal(keeps, [true, true])
  const json = await doing(run, { args: ['local', 'web', 'api'], json: true }, answers)
  assert.is(json.told, '')
})

test('run() leaves it to the host when it keeps what was given, and does without where a host does not know of that', async () => {
  const old: Behave = ({ id, params }, { answer, send }) => {
    if (params.keep === undefined) return answer(status)
    const facts = { parameter: 'keep' }
    send(JSON.stringify({ jsonrpc: '2.0', id, error: toWireError(new P8aError('bad_params', 'x', { facts })) }))
  }
  const { asked, code } = await doing(run, { args: ['local', 'web'], params: { a: 'b' } }, { 'pod.start': old })
  assert.is(code, 0)
  assert.equal(
    asked.map(([, { keep, params }]) => [keep, params]),
    [
      [true, { a: 'b' }],
      [undefined, { a: 'b' }],
    ],
  )
})

test('run() shows the last lines of a pod that failed to start, with the exit code of the error', async () => {
  const error = new P8aError('start_failed', 'Pod "web" did not come up', { facts: { firstRun: 'web.7' } })
  const entry = { time: '2026-11-20T10:00:00.000000000Z', pod: 'web', source: 'stderr', tags: [] }
  const entries = [
    { ...entry, run: 'web.6', text: 'of another start' },
    { ...entry, run: 'web.7', text: 'last words' },
  ]
  const { code, told } = await start({}, error, { 'pod.logs': { entries, count: 2, truncated: false } })
  assert.is(code, 1)
  assert.match(told, 'did not come up')
  assert.match(told, 'last words')
})

test.run()
