import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as diff } from '../../../cli/commands/diff.ts'
import { run as down } from '../../../cli/commands/down.ts'
import { run as up } from '../../../cli/commands/up.ts'
import { projectLabel } from '../../../protocol/labels.ts'
import { failsWith } from '../../fails.ts'
import { podStatus } from '../../pod-status.ts'
import { scratch } from '../../scratch.ts'
import { doing, info } from './doing.ts'

const pushed = { name: 'web', version: 1, hash: 'ab', size: 1, unchanged: false, kind: 'service', exports: [] }
const answers = {
  'host.info': info,
  'pod.list': { pods: [] },
  'pod.push': pushed,
  'pod.start': podStatus('web', { status: 'up' }),
}

test('run() pushes and starts a file, with the options of both', async () => {
  using at = scratch()
  const file = at.file('web.js', 'export default () => {}\n')
  const given = { at, args: [file], options: { scale: '2', env: 'A=1' }, json: true }
  const { code, asked, value } = await doing(up, given, answers)
  assert.is(code, 0)
  const start = asked.find(([method]) => method === 'pod.start')?.[1]
  const { scale, env, labels } = (start?.config ?? {}) as { scale: number; env: object; labels: Record<string, string> }
  assert.equal([start?.name, start?.anew, scale, env], ['web', true, 2, { A: '1' }])
  assert.match(labels[projectLabel] ?? '', /^web\.js-[0-9a-f]{8}$/)
  const { steps } = value as { steps: { did: string }[] }
  assert.equal(
    steps.map(({ did }) => did),
    ['pushed', 'started'],
  )
})

test('run() makes a host as a manifest says, and tells of each step', async () => {
  using at = scratch()
  at.file('web.js', 'export default () => {}\n')
  const manifest = at.file('pods.yaml', 'project: shop\npods:\n  web: ./web.js\n')
  const { asked } = await doing(up, { at, options: { file: manifest } }, answers)
  const labels = asked.find(([method]) => method === 'pod.push')?.[1].labels
  assert.equal(labels, { [projectLabel]: 'shop' })
})

test('run() refuses what stands in a manifest among its options, and what is neither a remote nor a path', async () => {
  using at = scratch()
  const manifest = at.file('pods.yaml', 'pods: {}\n')
  await failsWith('usage', () => doing(up, { at, options: { file: manifest, scale: '2' } }, answers))
  await failsWith('usage', () => doing(up, { at, args: [at.dir], options: { file: manifest } }, answers))
  await failsWith('file_not_found', () => doing(up, { at, options: { file: at.path('none.yaml') } }, answers))
  await failsWith('file_not_found', () => doing(up, { at, args: ['nowhere'] }, answers))
  await failsWith('file_not_found', () => doing(up, { at, args: ['local', 'nowhere'] }, answers))
  await failsWith('remote_not_found', () => doing(up, { at, args: ['nowhere', at.dir] }, answers))
  const list = at.file('ecosystem.config.js', 'module.exports = {}')
  for (const given of [{ args: [list] }, { options: { file: list } }]) {
    const { hint = '' } = await failsWith('bad_image', () => doing(up, { at, ...given }, answers))
    assert.match(hint, /pod import/)
  }
})

test('diff shows what would be done, and does nothing', async () => {
  using at = scratch()
  at.file('web.js', 'export default () => {}\n')
  const manifest = at.file('pods.yaml', 'project: shop\npods:\n  web: ./web.js\n')
  const old = podStatus('old', { labels: { [projectLabel]: 'shop' } })
  const { text, asked } = await doing(diff, { at, options: { file: manifest } }, { 'pod.list': { pods: [old] } })
  assert.is(text, 'web: push, start (it is new)\nold: remove (the project has it no more)')
  assert.equal(
    asked.map(([method]) => method),
    ['pod.list'],
  )
})

test('down leads from the name of a pod that is there to what removes or stops it', async () => {
  using at = scratch()
  const there = { 'pod.list': { pods: [podStatus('web')] } }
  const hintFor = async (
    args: string[],
    { options = {}, of = there }: { options?: Record<string, true>; of?: object } = {},
  ) => (await failsWith('file_not_found', () => doing(down, { at, args, options }, { ...of }))).hint ?? ''
  for (const args of [['web'], ['local', 'web']]) {
    assert.match(await hintFor(args), /: pod remove local web --force$/)
    assert.match(await hintFor(args, { options: { stop: true } }), /: pod stop local web$/)
  }
  // No pod of that name, no name of a pod, and no answer.
  for (const words of ['other', './web']) assert.match(await hintFor([words]), /^Looked for/)
  assert.match(await hintFor(['web'], { of: {} }), /^Looked for/)
})

test('down removes the pods of the project alone, first those that need others', async () => {
  using at = scratch()
  const manifest = at.file('pods.yaml', 'project: shop\npods: {}\n')
  const own = { [projectLabel]: 'shop' }
  const pods = [
    podStatus('db', { labels: own }),
    podStatus('web', { labels: own, config: { needs: ['db'] } }),
    podStatus('mine'),
  ]
  const removed = { name: 'x', removed: true, stopped: [] }
  const options = { file: manifest }
  const { text, asked } = await doing(down, { at, options }, { 'pod.list': { pods }, 'pod.remove': removed })
  assert.is(text, 'web is removed\ndb is removed')
  assert.is(asked.length, 3)
  const stop = await doing(
    down,
    { at, options: { ...options, stop: true } },
    { 'pod.list': { pods }, 'pod.stop': { name: 'x', status: 'idle', ended: [] } },
  )
  assert.is(stop.text, 'web is stopped\ndb is stopped')
})

test.run()
