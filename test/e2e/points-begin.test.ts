// Kill -9 at every step of what begins: push, start, scale up, and the restart of a run that died. What ends is in
// points-end.test.ts. Scenarios B and O of docs/RELIABILITY.md.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { dieAtEvery } from './points.ts'
import { SeamHost } from './seam-host.ts'

const test = suite('points where something begins')
const host = new SeamHost()

test.before(() => host.open())
test.after(() => host.close())

for (const verb of ['push', 'start', 'scale up', 'reconcile'] as const) {
  test(`${verb}: a host that dies at any of its points leaves the next one a whole state`, async () => {
    await dieAtEvery(host, verb)
  })
}

test('start without a spare: a host that dies at any of its points leaves the next one a whole state', async () => {
  const cold = new SeamHost()
  try {
    await cold.open({ spares: 0 })
    const names = await dieAtEvery(cold, 'start')
    assert.ok(names.includes('spawn run'), names.join())
  } finally {
    await cold.close()
  }
})

test.run()
