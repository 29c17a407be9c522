import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/output.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

test('run() prints no text around what a run wrote, and all that is known as JSON', async () => {
  const part = { run: 'job.1', data: 'hello', offset: 2, next: 7, done: true, encoding: 'utf8' }
  const { value, asked } = await doing(
    run,
    { args: ['local', 'job.1'], options: { offset: '2' }, json: true },
    { 'pod.output': part },
  )
  assert.equal(value, part)
  assert.equal(asked, [['pod.output', { name: 'job.1', offset: 2 }]])
})

test('run() asks on until the end is there, of the run that was meant at first', async () => {
  const asked = async (follow: boolean) => {
    const parts = [
      { run: 'job.3', data: '', offset: 0, next: 0, done: false, encoding: 'base64' },
      { run: 'job.3', data: '', offset: 0, next: 0, done: true, encoding: 'base64' },
    ]
    const answers = {
      get 'pod.output'() {
        return parts.shift()
      },
    }
    return (await doing(run, { args: ['local', 'job'], options: follow ? { follow: true } : {} }, answers)).asked
  }
  assert.equal(
    (await asked(false)).map(([, { name, waitMs }]) => [name, waitMs]),
    [['job', 0]],
  )
  assert.equal(
    (await asked(true)).map(([, { name, waitMs }]) => [name, waitMs]),
    [
      ['job', 20_000],
      ['job.3', 20_000],
    ],
  )
})

test('run() refuses an offset that is none', async () => {
  await failsWith('bad_params', () => doing(run, { args: ['local', 'job'], options: { offset: '-1' } }))
})

test.run()
