import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/scale.ts'
import { maxScale } from '../../../protocol/limits.ts'
import { failsWith } from '../../fails.ts'
import { doing, status } from './doing.ts'

test('run() scales to a whole number, and says how the pod is then', async () => {
  const { text, asked } = await doing(
    run,
    { args: ['local', 'web', '3'] },
    { 'pod.scale': { ...status, scale: 3, up: 3 } },
  )
  assert.match(text, /^web is up/)
  assert.equal(asked, [['pod.scale', { name: 'web', scale: 3, wait: true }]])
})

test('run() asks no host for a scale that is none', async () => {
  for (const scale of ['0', '1.5', 'two', '', '1000000']) {
    const error = await failsWith('bad_params', () => doing(run, { args: ['local', 'web', scale] }))
    assert.match(error.message, JSON.stringify(scale))
  }
})

test('run() asks for so many more or fewer than there are', async () => {
  for (const [text, scale] of [
    ['+2', 5],
    ['-1', 2],
  ] as const) {
    const { asked } = await doing(
      run,
      { args: ['local', 'web', text] },
      { 'pod.status': { ...status, scale: 3 }, 'pod.scale': { ...status, scale, up: scale } },
    )
    assert.equal(asked.at(-1), ['pod.scale', { name: 'web', scale, wait: true }])
  }
  const answers = { 'pod.status': { ...status, scale: 1 } }
  const few = await failsWith('bad_params', () => doing(run, { args: ['local', 'web', '-1'] }, answers))
  assert.match(few.message, 'Cannot scale pod "web" by -1: that would be 0 runs')
  assert.is(few.hint, 'To end them all: pod stop local web')
  const many = await failsWith('bad_params', () => doing(run, { args: ['local', 'web', `+${maxScale}`] }, answers))
  assert.equal([many.message.includes(`${1 + maxScale} runs`), many.hint], [true, undefined])
})

test.run()
