// When a watch counts as deaf. That it is begun anew then is a part of test/e2e/fleet-servers.test.ts, where servers take consumers with them.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Deafness } from '../../../../pods/fleet/nats/deafness.ts'

test('Deafness tells once of a value that was written and is not told, and of none that was', async () => {
  const deaf: string[] = []
  const heard = Promise.withResolvers<void>()
  const one = new Deafness(() => deaf.push('one'), { mostMs: 0 })
  const other = new Deafness(
    () => {
      deaf.push('other')
      heard.resolve()
    },
    { mostMs: 0 },
  )
  one.wrote(7)
  one.told(7)
  other.wrote(7)
  other.wrote(8)
  // Its timer does not hold the process.
  const holding = setInterval(() => {}, 1000)
  await heard.promise
  clearInterval(holding)
  assert.equal(deaf, ['other'])
})

test('Deafness takes what is told of others for progress, and what was told before it was known to be written', () => {
  let deaf = 0
  const one = new Deafness(() => deaf++)
  one.told(9)
  one.wrote(9)
  one.wrote(12)
  one.told(11)
  one.close()
  assert.is(deaf, 0)
})

test.run()
