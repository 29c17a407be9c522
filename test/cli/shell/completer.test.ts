import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Context } from '../../../cli/argv/command.ts'
import type { Session } from '../../../cli/remote/session.ts'
import { completeLine } from '../../../cli/shell/completer.ts'
import { table } from '../../../cli/table.ts'
import { scratch } from '../../scratch.ts'

const pods = [{ name: 'web' }, { name: 'worker-pool' }]

/** What TAB completes on a host with two pods, one of which has the command `greet`. */
async function completed(line: string, { isGone = false } = {}) {
  const call = async (method: string) => {
    if (isGone) throw new Error('the host is gone')
    return method === 'pod.list' ? { pods } : { commands: ['greet'] }
  }
  const session = { host: { call } } as unknown as Session
  const context = { cli: { table }, dataDir: '/no/such' } as unknown as Context
  return await completeLine(line, { place: { remote: 'local', name: 'web' }, session, context })
}

test('completeLine() completes verbs, what the shell has itself, and the commands of the pod', async () => {
  assert.equal(await completed('gre'), [['greet '], 'gre'])
  const [words] = await completed('s')
  for (const word of ['start ', 'status ', 'stop ', 'shell ']) assert.ok(words.includes(word), word)
  assert.ok((await completed(''))[0].includes('.exit '))
})

test('completeLine() completes verbs after help, and what a worker can do, and of which pod', async () => {
  assert.equal(await completed('help resta'), [['restart '], 'resta'])
  assert.equal(await completed('worker '), [['info ', 'revive '], ''])
  assert.equal(await completed('worker info w'), [['web ', 'worker-pool '], 'w'])
  assert.equal(await completed('worker info web x'), [[], 'x'])
})

test('completeLine() completes options of a verb', async () => {
  const [words] = await completed('start --sca')
  assert.ok(words.some(word => word.startsWith('--scale')))
})

test('completeLine() completes the files that a verb takes', async () => {
  using at = scratch()
  at.file('web.js', '')
  at.file('folder/inner.js', '')
  const [words, current] = await completed(`push web ${at.dir}/`)
  assert.equal([words.sort(), current], [[`${at.dir}/folder/`, `${at.dir}/web.js `], `${at.dir}/`])
})

test('completeLine() shows a person no error', async () => {
  assert.equal(await completed('worker info w', { isGone: true }), [[], 'w'])
  assert.ok((await completed('st', { isGone: true }))[0].includes('status '), 'verbs are known without a host')
})

test.run()
