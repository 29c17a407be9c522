// Kill -9 at every step of what begins: push, start, scale up, and the restart of a run that died. What ends is in
// points-end.test.ts. Scenarios B and O of docs/RELIABILITY.md.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { deaths, dieAtEvery } from './points.ts'
import { SeamHost } from './seam-host.ts'

const test = suite('points where something begins')
const host = new SeamHost()
/** Its runs are spawned when they are asked for, which is half of the work. */
const cold = new SeamHost()

test.before(async () => {
  await host.open()
  await cold.open({ spares: 0 })
})
test.after(async () => {
  deaths.tell()
  await host.close()
  await cold.close()
})

for (const verb of ['start', 'reconcile'] as const) {
  test(`${verb}: a host that dies at any of its points leaves the next one a whole state`, async () => {
    await dieAtEvery(host, verb)
  })
}

for (const verb of ['push', 'start', 'scale up'] as const) {
  test(`${verb} without a spare: a host that dies at any of its points leaves the next one a whole state`, async () => {
    const names = await dieAtEvery(cold, verb)
    if (verb !== 'push') assert.ok(names.includes('spawn run'), names.join())
  })
}

test.run()
