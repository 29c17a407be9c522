import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Ends } from '../../../pods/queue/ends.ts'

test('of() tells how a run ended, whether the host said so before or says so later', async () => {
  const ends = new Ends()
  ends.tell('mail.1', 'asked')
  assert.is(await ends.of('mail.1', 60_000), 'asked')
  const both = Promise.all([ends.of('mail.2', 60_000), ends.of('mail.2', 60_000)])
  ends.tell('mail.2', 'died')
  assert.equal(await both, ['died', 'died'])
})

test('of() waits for the end of a run that lives, whatever was told of an earlier one of its name', async () => {
  const ends = new Ends()
  ends.tell('mail.1', 'asked')
  ends.forget('mail.1')
  const how = ends.of('mail.1', 60_000)
  ends.tell('mail.1', 'died')
  assert.is(await how, 'died')
})

test('of() does not wait longer than it may', async () => {
  const ends = new Ends()
  const early = ends.of('mail.1', 1)
  assert.is(await early, undefined)
  const late = ends.of('mail.1', 60_000)
  ends.tell('mail.1', 'died')
  assert.is(await late, 'died')
})

test.run()
