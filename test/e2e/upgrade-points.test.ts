// Kill -9 at the steps of an upgrade, of the host that leaves and of the one that comes: there is one host in the end, what runs goes on, and
// nobody is refused at the port of a pod. Not here: hosts that cannot take over (e2e/upgrade.test.ts), keepers and doors
// (e2e/upgrade-doors.test.ts), and chance (scripts/chaos/faults-upgrade.ts).
import { writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { heirOrderFile, tellSeam } from '../../scripts/chaos/seam/seam.ts'
import { isLong } from '../../scripts/test/moments.ts'
import { again, askWeb, assertWhole, host, oneHost, open, seam, upgrade } from './upgraded-host.ts'

const test = suite('points of an upgrade')
/** Every so many points of the host that comes: its start is attacked at each of them elsewhere (e2e/faults-boot.test.ts). */
const heirStep = isLong() ? 10 : 20
/** Every so many points of the host that leaves. */
const step = isLong() ? 1 : 2

test.before(open)
test.after(() => host.dispose())

test('the host that leaves dies at each of its points', async () => {
  const clients = again(askWeb)
  let at = 0
  for (let hasDied = true; hasDied; at += step) {
    const { pid } = host
    await tellSeam(seam, { do: 'die', at, when: 'before' })
    const isBegun = await upgrade()
    const { upgrade: told } = await oneHost()
    // What it did not come to any more is the end of the row.
    hasDied = !isBegun || told?.outcome !== 'done' || at < 8
    assert.is.not(host.pid, pid, `point ${at}: there is another host`)
    await assertWhole(`the host died at ${at}`)
  }
  assert.ok(at > 8, `${at} points`)
  assert.equal((await clients.end()).troubles, [])
})

test('the host that comes dies at its points, and the one before is back, or another', async () => {
  const clients = again(askWeb)
  for (let at = 0, isOver = false; !isOver; at += heirStep) {
    writeFileSync(heirOrderFile(seam), JSON.stringify({ do: 'die', at, when: 'after' }))
    const isBegun = await upgrade()
    const { upgrade: told } = await oneHost()
    isOver = isBegun && told?.outcome === 'done'
    await assertWhole(`the next host died at ${at}`)
  }
  // It would die of what comes now.
  await tellSeam(seam, { do: 'off' })
  const { troubles } = await clients.end()
  assert.equal(troubles, [])
})

test.run()
