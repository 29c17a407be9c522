import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Coming } from '../../../daemon/keeper/coming.ts'
import { failsWith } from '../../fails.ts'

const longMs = 60_000

test('Coming makes one keeper for all who wait, and another one for whoever comes after it was there', async () => {
  let spawned = 0
  const coming = new Coming<string>(async () => void spawned++, { bootMs: longMs })
  const all = [coming.get(), coming.get()]
  coming.onDialled('first')
  assert.equal([await Promise.all(all), spawned], [['first', 'first'], 1])
  const later = coming.get()
  coming.onDialled('second')
  assert.equal([await later, spawned], ['second', 2])
})

test('Coming tells all who wait where none can be spawned, and tries again for the next', async () => {
  let isFull = true
  const spawn = async () => {
    if (isFull) throw Object.assign(new Error('no room'), { code: 'EAGAIN' })
  }
  const coming = new Coming<string>(spawn, { bootMs: longMs })
  const failed = await Promise.allSettled([coming.get(), coming.get()])
  assert.equal(
    failed.map(one => one.status === 'rejected' && one.reason.code),
    ['EAGAIN', 'EAGAIN'],
  )
  isFull = false
  const next = coming.get()
  coming.onDialled('there')
  assert.is(await next, 'there')
})

test('Coming gives up one that does not dial in time', async () => {
  const coming = new Coming<string>(async () => {}, { bootMs: 1 })
  await failsWith('timeout', async () => await coming.get())
})

test.run()
