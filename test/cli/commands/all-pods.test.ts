import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as remove } from '../../../cli/commands/remove.ts'
import { run as restart } from '../../../cli/commands/restart.ts'
import { run as start } from '../../../cli/commands/start.ts'
import { run as stop } from '../../../cli/commands/stop.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { failsWith } from '../../fails.ts'
import { podStatus, runStatus } from '../../pod-status.ts'
import type { FakeConnection, Request } from '../client/fake-host.ts'
import { doing } from './doing.ts'

const up = (name: string, ...needs: string[]) => podStatus(name, { runs: [runStatus(`${name}.1`)], config: { needs } })
const pods = { pods: [up('db'), up('web', 'db'), podStatus('idle'), podStatus('job', { kind: 'script' })] }
const args = ['local', 'all']

test('forAll() stops what needs others first, and only what runs', async () => {
  const stopped = { name: 'x', status: 'idle', ended: [] }
  const { asked, value } = await doing(stop, { args, json: true }, { 'pod.list': pods, 'pod.stop': stopped })
  assert.equal(
    asked.slice(1).map(([, { name }]) => name),
    ['web', 'db'],
  )
  assert.equal(value, { pods: [stopped, stopped] })
})

test('forAll() restarts what others need first, and starts what is not up as it was', async () => {
  const restarted = await doing(restart, { args }, { 'pod.list': pods, 'pod.restart': up('x') })
  assert.equal(
    restarted.asked.slice(1).map(([, { name }]) => name),
    ['db', 'web'],
  )
  assert.match(restarted.lines, /x is up/)
  const started = await doing(start, { args }, { 'pod.list': pods, 'pod.wake': up('idle') })
  assert.equal(
    started.asked.slice(1).map(([method, { name }]) => [method, name]),
    [['pod.wake', 'idle']],
  )
})

test('forAll() goes on where one fails, and tells by its exit code', async () => {
  const answers = { 'pod.list': pods, 'pod.stop': new P8aError('save_failed', 'no disk') }
  const { code, told, asked } = await doing(stop, { args }, answers)
  assert.is(code, 1)
  assert.is(asked.length, 3)
  assert.match(told, /no disk[\s\S]*no disk/)
})

test('forAll() removes nothing without --force', async () => {
  await failsWith('usage', async () => await doing(remove, { args }, { 'pod.list': pods }))
  const removed = { name: 'x', removed: true, stopped: [] }
  const { asked } = await doing(remove, { args, options: { force: true } }, { 'pod.list': pods, 'pod.remove': removed })
  assert.is(asked.length, 5)
})

test('forAll() does what was asked to several pods that are named, each once, and tells of those that are not there', async () => {
  const stopped = { name: 'web', status: 'idle', ended: [] }
  const named = { args: ['local', 'web', 'nope', 'db', 'web'], isImplied: true }
  const answers = {
    'pod.list': pods,
    'pod.stop': ({ params }: Request, connection: FakeConnection) =>
      params.name === 'nope'
        ? connection.refuse('pod_not_found', 'There is no pod "nope"')
        : connection.answer(stopped),
  }
  const { asked, code, told, lines } = await doing(stop, named, answers)
  assert.equal(
    asked
      .slice(1)
      .map(([, { name }]) => name)
      .sort(),
    ['db', 'nope', 'web'],
  )
  assert.is(code, 1)
  assert.match(told, /no pod "nope"/)
  assert.match(lines, /web is idle/)
})

test('forAll() starts several with the same params, and none if one is missing', async () => {
  const params = { color: 'red' }
  const started = await doing(
    start,
    { args: ['local', 'idle', 'db'], params },
    { 'pod.list': pods, 'pod.status': up('x'), 'pod.start': up('x') },
  )
  assert.equal(
    started.asked
      .filter(([method]) => method === 'pod.start')
      .map(([method, { name, params }]) => [method, name, params]),
    [
      ['pod.start', 'idle', params],
      ['pod.start', 'db', params],
    ],
  )
  await failsWith('pod_not_found', async () => {
    const missing = new P8aError('pod_not_found', 'There is no pod "nope"')
    await doing(start, { args: ['local', 'idle', 'nope'] }, { 'pod.list': pods, 'pod.status': missing })
  })
})

test.run()
