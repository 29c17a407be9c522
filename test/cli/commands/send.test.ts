import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/send.ts'
import { doing } from './doing.ts'

test('run() sends a line, or a text as it is, and says where it went', async () => {
  const answer = { name: 'web', runs: ['web.1', 'web.2'], bytes: 3 }
  const { text, asked } = await doing(run, { args: ['local', 'web', 'hi'] }, { 'pod.send': answer })
  assert.is(text, '3 bytes sent to web.1, web.2')
  const sent = (call: (typeof asked)[number] | undefined) => Buffer.from(String(call?.[1].text), 'base64').toString()
  assert.is(sent(asked[0]), 'hi\n')
  const plain = await doing(
    run,
    { args: ['local', 'web', 'hi'], options: { 'no-newline': true } },
    { 'pod.send': answer },
  )
  assert.is(sent(plain.asked[0]), 'hi')
})

test.run()
