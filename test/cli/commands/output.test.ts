import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/output.ts'
import { failsWith } from '../../fails.ts'
import { type Behave, doing, info } from './doing.ts'

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

test('run() prints what comes, to the end of the run where it follows', async () => {
  const end = { run: 'job.3', data: '', offset: 0, next: 5, done: true, encoding: 'utf8' }
  const behave: Behave = ({ id }, { send, answer }) => {
    send(JSON.stringify({ jsonrpc: '2.0', method: '$/bytes', params: [id, Buffer.from('hello').toString('base64')] }))
    answer(end)
  }
  for (const follow of [false, true]) {
    const kept = keepStdout()
    const given = { args: ['local', 'job'], options: follow ? { follow: true as const } : {} }
    const { asked } = await doing(run, given, { 'host.info': info, 'pod.output': behave }).finally(kept.end)
    assert.equal(
      asked.filter(([method]) => method !== 'host.info'),
      [['pod.output', { name: 'job', offset: 0, follow, stream: true }]],
    )
    assert.is(kept.text(), 'hello')
  }
})

test('run() refuses an offset that is none', async () => {
  await failsWith('bad_params', () => doing(run, { args: ['local', 'job'], options: { offset: '-1' } }))
})

function keepStdout(): { text: () => string; end: () => void } {
  const { write } = process.stdout
  let text = ''
  process.stdout.write = (chunk: Uint8Array | string) => {
    text += Buffer.from(chunk as Uint8Array).toString()
    return true
  }
  return {
    text: () => text,
    end: () => {
      process.stdout.write = write
    },
  }
}

test.run()
