import { randomBytes } from 'node:crypto'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { TicketKeys, type Tickets } from '../../../../pods/gateway/certificates/ticket-keys.ts'
import { FileTickets } from '../../../../pods/gateway/certificates/ticket-store.ts'
import { scratch } from '../../../scratch.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs
const keyBytes = 48

/** Two runs with one file, and what each uses. */
function runs(file: string) {
  const one = () => {
    const used: Tickets[] = []
    const keys = new TicketKeys(new FileTickets(file), tickets => void used.push(tickets))
    return { used, keys }
  }
  return [one(), one()] as const
}

const hex = ({ make, accept }: Tickets) => ({
  make: make.toString('hex'),
  accept: accept.map(key => key.toString('hex')),
})

test('TicketKeys gives all runs one key', async () => {
  using at = scratch()
  const [one, other] = runs(at.path('key'))
  for (const { keys } of [one, other]) {
    await keys.open()
    keys.close()
  }
  assert.equal(one.used.length, 1)
  assert.equal([one.used[0]?.make.length, one.used[0]?.accept.length], [keyBytes, 1])
  assert.equal(other.used, one.used)
})

test('TicketKeys takes the key of a run whose clock is ahead', async () => {
  using at = scratch()
  const [one, other] = runs(at.path('key'))
  const now = Date.now()
  await one.keys.look(now)
  await other.keys.look(now - minuteMs)
  assert.is(one.used.length, 1)
  assert.equal(other.used, one.used)
})

test('TicketKeys tells all runs of the next key before it makes tickets, and accepts the one before for half a day more', async () => {
  using at = scratch()
  const [one, other] = runs(at.path('key'))
  const now = Date.now()
  const seen: ReturnType<typeof hex>[] = []
  const times = [0, 11 * hourMs, 12 * hourMs - 9 * minuteMs, 12 * hourMs, 23 * hourMs, 24 * hourMs, 25 * hourMs]
  for (const time of times) {
    await one.keys.look(now + time)
    await other.keys.look(now + time)
    assert.equal(other.used, one.used)
    seen.push(hex(one.used.at(-1) as Tickets))
  }
  const [first, same, ahead, second, , third, last] = seen
  const [a, b, c] = [first?.make, second?.make, third?.make] as [string, string, string]
  assert.is(new Set([a, b, c]).size, 3)
  assert.equal(same, first)
  assert.equal(ahead, { make: a, accept: [b, a] })
  assert.equal(second, { make: b, accept: [b, a] })
  assert.equal(third, { make: c, accept: [c, b] })
  assert.equal(last, third)
})

test('TicketKeys makes a new key where there is none that is good, and keeps the one in use where none can be stored', async () => {
  using at = scratch()
  const now = Date.now()
  const key = randomBytes(keyBytes).toString('base64')
  const line = (ms: number, text = key) => `${text} ${new Date(now + ms).toISOString()}\n`
  const bad = [
    'nonsense\n',
    `${key}\n${new Date(now).toISOString()}\n`,
    line(-24 * hourMs),
    line(hourMs),
    line(0, 'c2hvcnQ='),
  ]
  for (const text of bad) {
    const [run] = runs(at.file('key', text))
    await run.keys.look(now)
    assert.equal([run.used.length, run.used[0]?.accept.length], [1, 1], text)
    assert.is.not(run.used[0]?.make.toString('base64'), key, text)
  }
  const [lost] = runs(at.path('none/key'))
  await lost.keys.look(now)
  assert.equal(lost.used, [])
})

test.run()
