import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { pushedText, run } from '../../../cli/commands/push.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'
import { doing, status } from './doing.ts'

const pushed = {
  name: 'web',
  version: 1,
  hash: 'ab'.repeat(32),
  size: 100,
  unchanged: false,
  kind: 'service',
  exports: [],
}

test('run() bundles a module, and sends its code with the map and the name of its file', async () => {
  using at = scratch()
  const file = at.file('app.ts', 'export default async (params: { a: string }) => console.log(params.a)')
  const { value, asked } = await doing(run, { args: ['local', 'web', file], json: true }, { 'pod.push': pushed })
  assert.equal(value, pushed)
  const { code, map, file: named, name } = (asked[0]?.[1] ?? {}) as Record<string, string>
  assert.match(code ?? '', 'console.log')
  assert.not.match(code ?? '', 'params: {')
  assert.equal([name, named, JSON.parse(map ?? '').sources], ['web', 'app.ts', ['app.ts']])
})

test('run() sends a script as it is', async () => {
  using at = scratch()
  const file = at.file('x.sh', '#!/bin/sh\necho hello\n')
  const { asked } = await doing(run, { args: ['local', 'web', file], json: true }, { 'pod.push': pushed })
  assert.equal([asked[0]?.[1].kind, asked[0]?.[1].map], ['script', undefined])
})

test('run() pushes a command alone, with no files', async () => {
  const { asked } = await doing(
    run,
    { args: ['local', 'web'], options: { command: 'python3 x' }, json: true },
    { 'pod.push': pushed },
  )
  assert.equal([asked[0]?.[1].command, asked[0]?.[1].tree], ['python3 x', []])
  await failsWith('usage', () => doing(run, { args: ['local', 'web'] }))
})

test('run() reloads the pod with what it has pushed, and sends what its pusher says of it', async () => {
  using at = scratch()
  const args = ['local', 'web', at.file('x.js', 'export default () => {}')]
  const answers = { 'pod.push': pushed, 'pod.reload': status }
  const { asked, text } = await doing(run, { args, options: { reload: true, message: 'faster' } }, answers)
  assert.equal(
    asked.map(([method, params]) => [method, params.message]),
    [
      ['pod.push', 'faster'],
      ['pod.reload', undefined],
    ],
  )
  assert.match(text, /^web is up/)
})

test('run() asks no host where the name or the file is wrong', async () => {
  await failsWith('bad_name', () => doing(run, { args: ['local', 'Web', 'x.ts'] }))
  await failsWith('file_not_found', () => doing(run, { args: ['local', 'web', '/no/such/file.ts'] }))
  const tail = { args: ['db.json'], params: {}, words: ['db.json'], before: {}, error: undefined }
  await failsWith('file_not_found', () => doing(run, { args: ['local', 'web', '/no/such/.bin/server'], tail }))
})

test('pushedText() tells what is left to do behind what it was taken for', () => {
  const next = 'web is up with v1: reload it to run v2'
  assert.is(pushedText({ ...pushed, kind: 'service' }), 'web v1 (100 B, abababababab)')
  const told = { ...pushed, kind: 'service' as const, text: 'starts "node x.js"', next }
  assert.match(pushedText(told), /: starts "node x\.js"; web is up with v1: reload it to run v2$/)
  assert.match(pushedText({ ...told, next: undefined }), /: starts "node x\.js"$/)
})

test.run()
