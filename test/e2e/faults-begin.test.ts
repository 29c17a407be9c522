// Each call to the system fails once in the verbs by which something begins; the others are in faults-end.test.ts.
// Not here: a host that dies (points-*.test.ts), calls that fail while the host starts (faults-boot.test.ts).
import { suite } from 'uvu'
import { failEvery, failures } from './faults.ts'
import { SeamHost } from './seam-host.ts'

const test = suite('faults where something begins')
const host = new SeamHost()

test.before(() => host.open())
test.after(async () => {
  failures.tell()
  await host.close()
})

for (const verb of ['push', 'start', 'scale up'] as const) {
  test(`${verb}: whichever call fails, it is refused or done, and works once the cause is gone`, async () => {
    await failEvery(host, verb)
  })
}

test.run()
