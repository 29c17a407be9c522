// Who asks, as far as handlers are told and pods are bounded: by the Unix socket, by tokens, and as pods. Not here: what a token may
// (security.test.ts).
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { connect } from '../../cli/client/client.ts'
import { failsWith } from '../fails.ts'
import { podProgram } from '../paths.ts'
import { TestHost } from './harness.ts'

const test = suite('rights')
const host = new TestHost()
test.before(() => host.up())
test.after(() => host.dispose())

const told = async () => await host.call('asking-host', 'told')

test('a handler is told who asks: anyone at the socket, a token with role and path, or a run of a pod', async () => {
  await host.push('asking-host')
  await host.begin('asking-host')
  const client = await host.client()
  await client.call('pod.list', { path: 'asking' })
  await client.call('pod.wake', { path: 'asking', name: 'web' })
  assert.equal((await client.call('pod.versions', { path: 'asking', name: 'web' })).versions[0]?.version, 3)
  client.close()
  assert.equal(await told(), ['list local admin ""', 'wake local admin ""', 'versions local admin ""'])
  const token = (await host.ok('host', 'token', 'add', 'ci', '--role', 'deploy', '--path', 'asking')).trim()
  const far = await connect(`localhost:${host.port}`, { token })
  await far.call('pod.list', { path: 'asking' })
  await far.call('pod.call', { path: 'asking', name: 'any', fn: 'byToken' })
  far.close()
  assert.equal(await told(), ['list ci deploy "asking"', 'byToken ci deploy "asking"'])
  await host.push('asking-host', 'other')
  await host.ok('start', 'local', 'other', '--name', 'other', '--may', 'deploy')
  await host.call('other', 'call', 'asking.any', 'byPod')
  assert.equal(await told(), ['byPod other.1 deploy ""'])
})

test('nobody gives a pod more than they have: at a push, at a start, or by way of a pod that may less', async () => {
  const code = (may: string) => `export const config = { may: '${may}' }; export default async () => {}`
  const token = (await host.ok('host', 'token', 'add', 'dev', '--role', 'deploy')).trim()
  const dev = await connect(`localhost:${host.port}`, { token })
  const refused = await failsWith('forbidden', () => dev.call('pod.push', { name: 'boss', code: code('admin') }))
  assert.match(refused.message, 'your role is deploy')
  await dev.call('pod.push', { name: 'boss', code: code('deploy') })
  await failsWith('forbidden', () => dev.call('pod.start', { name: 'boss', config: { may: 'admin' } }))
  await dev.call('pod.start', { name: 'boss' })
  dev.close()
  const local = await host.client()
  await local.call('pod.push', { name: 'boss', code: code('admin') })
  local.close()
})

test('a pod by its commands does what its config says, on its own host and within, and the audit log says who it was', async () => {
  const file = join(host.dir, 'doing.js')
  writeFileSync(
    file,
    `export const commands = { do: async ([, method, json], send, recv, primary) => await primary[method](JSON.parse(json)) }
     export default async () => {}`,
  )
  await host.pushFile('doing', file)
  await host.begin('doing')
  const run = async (method: string, params: object) =>
    await host.run(process.execPath, [podProgram, 'shell', 'local', 'doing'], {
      input: `do ${method} '${JSON.stringify(params)}'\n`,
    })
  assert.is((await run('status', { name: 'doing' })).code, 0)
  const refused = await run('scale', { name: 'doing', scale: 2 })
  assert.match(refused.stderr, "may: 'deploy'")
  await host.stop('doing')
  await host.ok('start', 'local', 'doing', '--may', 'deploy')
  assert.is((await run('scale', { name: 'doing', scale: 2 })).code, 0)
  assert.match((await run('host.audit', {})).stderr, "may: 'admin'")
  const audit = await host.json<{ entries: { who: string; from: string; verb: string; outcome: string }[] }>(
    'host',
    'audit',
  )
  assert.equal(
    audit.entries.filter(({ from }) => from === 'pod').map(({ who, verb, outcome }) => `${who} ${verb} ${outcome}`),
    ['doing.1 pod.scale forbidden', 'doing.2 pod.scale ok'],
  )
})

test.run()
