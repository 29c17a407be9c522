import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { nextWords } from '../../../cli/argv/completion.ts'
import { table } from '../../../cli/table.ts'
import { podStatus } from '../../pod-status.ts'
import { scratch } from '../../scratch.ts'
import { fakeHost } from '../client/fake-host.ts'
import { pod } from '../pod-command.ts'

const words = async (typed: string[], current = '') =>
  (await nextWords(typed, { table, current })).words.map(([word]) => word)

test('nextWords() knows commands, of one word and of two', async () => {
  const first = await words([])
  for (const word of ['host', 'remote', 'push', 'status', 'completion', 'help']) assert.ok(first.includes(word), word)
  const ofHost = ['start', 'stop', 'upgrade', 'status', 'doctor', 'token', 'password', 'invite']
  assert.equal(await words(['host']), [...ofHost, 'drain', 'cordon', 'uncordon', 'audit'])
  assert.equal(await words(['help', 'remote']), ['add', 'list', 'remove', 'pin'])
})

test('nextWords() knows options and some of their values', async () => {
  const options = await words(['start', 'local', 'web'], '--')
  for (const option of ['--scale', '--no-wait', '--json']) assert.ok(options.includes(option), option)
  assert.equal(await words(['start', 'local', 'web', '--restart']), ['always', 'on-failure', 'never'])
})

test('nextWords() leaves file names to the shell', async () => {
  assert.equal(await nextWords(['push', 'local', 'web'], { table, current: '' }), { words: [], files: true })
})

test('pod complete answers with remotes, and with the pods of a host that answers', async () => {
  using at = scratch()
  const pods = [podStatus('web', { status: 'up' })]
  await using _host = await fakeHost(join(at.dir, 'host.sock'), (_request, { answer }) => answer({ pods }))
  assert.is((await pod(at.dir, 'complete', '--', 'status', 'lo')).stdout, 'local\tthe host on this machine\n:4\n')
  assert.is((await pod(at.dir, 'complete', '--', 'stop', 'local', '')).stdout, 'web\tup\n:4\n')
})

test('pod complete hands a shell only what is a name, whatever a host says', async () => {
  using at = scratch()
  let pods: unknown[] = ['$(touch x)', 'a b', "'; x", '', '\u001b[2J', 'fine'].map(name =>
    podStatus(name, { status: 'up' }),
  )
  await using _host = await fakeHost(join(at.dir, 'host.sock'), (_request, { answer }) => answer({ pods }))
  assert.is((await pod(at.dir, 'complete', '--', 'stop', 'local', '')).stdout, 'fine\tup\n:4\n')
  pods = [podStatus('fine', { status: 'up\n$(x)\u001b[2J' as never })]
  assert.is((await pod(at.dir, 'complete', '--', 'stop', 'local', '')).stdout, ':4\n')
})

test('pod complete says nothing where it knows nothing', async () => {
  using at = scratch()
  for (const typed of [
    ['status', 'local', ''],
    ['status', 'nowhere', ''],
    ['bogus', ''],
    ['status', '--bogus', ''],
  ]) {
    assert.equal(await pod(at.dir, 'complete', '--', ...typed), { code: 0, stdout: ':4\n', stderr: '' })
  }
})

test.run()
