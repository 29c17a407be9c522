// Which events a pod is told of, and behind which number it asks again. Not here: a real host (e2e/pod-verbs.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { P8aError } from '../../../protocol/errors.ts'
import { Asking } from '../../../shim/verbs/asking.ts'
import { eventsFrom } from '../../../shim/verbs/events.ts'
import { failsWith } from '../../fails.ts'
import { HostThat } from './host-that.ts'

async function* batch(...numbers: number[]) {
  yield numbers.map(number => ({ number, type: 'up' }))
}

const asking = (host: HostThat) => new Asking(host, { patienceMs: 1000 })

test('eventsFrom() goes on behind the last number after the host was away, and throws what does not pass', async () => {
  const answers = [
    { events: [], at: 4 },
    batch(5, 6),
    new P8aError('host_gone', 'it is away'),
    batch(9),
    new P8aError('forbidden', 'no'),
  ]
  const host = new HostThat(() => answers.shift())
  const told: number[] = []
  await failsWith('forbidden', async () => {
    for await (const { number } of eventsFrom(asking(host), 'lab', { path: 'in', types: ['up'] })) told.push(number)
  })
  assert.equal(told, [5, 6, 9])
  assert.equal(
    host.asked.map(({ method, params }) => [method, params.path, params.after]),
    [
      ['events.list', 'lab.in', undefined],
      ['events.follow', 'lab.in', 4],
      ['events.follow', 'lab.in', 6],
      ['events.follow', 'lab.in', 6],
      ['events.follow', 'lab.in', 9],
    ],
  )
})

test('eventsFrom() begins behind the number that it is given, and ends with its signal', async () => {
  const leaving = new AbortController()
  const host = new HostThat(() => batch(8, 9))
  const told: number[] = []
  for await (const { number } of eventsFrom(asking(host), '', { after: 7, signal: leaving.signal })) {
    told.push(number)
    leaving.abort()
  }
  assert.equal([told, host.asked[0]?.params.after], [[8], 7])
})

test.run()
