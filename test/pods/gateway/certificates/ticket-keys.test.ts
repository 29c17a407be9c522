import { statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { TicketKeys } from '../../../../pods/gateway/certificates/ticket-keys.ts'
import { scratch } from '../../../scratch.ts'

const hourMs = 3_600_000

test('TicketKeys gives all runs one key, in a file that only they can read', async () => {
  using at = scratch()
  const [one, other]: [Buffer[], Buffer[]] = [[], []]
  const first = new TicketKeys(at.path('key'), key => void one.push(key))
  const second = new TicketKeys(at.path('key'), key => void other.push(key))
  await first.open()
  await second.open()
  first.close()
  second.close()
  assert.is(one[0]?.length, 48)
  assert.equal(other, one)
  assert.is(statSync(at.path('key')).mode & 0o777, 0o600)
})

test('TicketKeys makes another key after half a day, which the other runs find', async () => {
  using at = scratch()
  const [one, other]: [Buffer[], Buffer[]] = [[], []]
  const first = new TicketKeys(at.path('key'), key => void one.push(key))
  const second = new TicketKeys(at.path('key'), key => void other.push(key))
  const now = Date.now()
  for (const hours of [0, 11, 12, 13]) {
    await first.look(now + hours * hourMs)
    await second.look(now + hours * hourMs)
  }
  assert.is(one.length, 2)
  assert.equal(other, one)
  assert.not.equal(one[0], one[1])
})

test('TicketKeys makes a new key where the file is no key, and keeps the one in use where none can be made', async () => {
  using at = scratch()
  const keys: Buffer[] = []
  await new TicketKeys(at.file('key', 'nonsense\n'), key => void keys.push(key)).look(Date.now())
  assert.is(keys[0]?.length, 48)
  await new TicketKeys(at.path('none/key'), key => void keys.push(key)).look(Date.now())
  assert.is(keys.length, 1)
})

test.run()
