// Kill -9 at every step of what ends: stop, restart, scale down, remove. What begins is in points-begin.test.ts.
// Scenarios B and O of docs/RELIABILITY.md.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Effect } from '../../daemon/lifecycle/slot.ts'
import { deaths, dieAtEvery } from './points.ts'
import { SeamHost } from './seam-host.ts'

const test = suite('points where something ends')
const host = new SeamHost()
/** What only ends asks for no spare; to boot one for each point is a third of the work. */
const cold = new SeamHost()
const seen = new Set<string>()

test.before(async () => {
  await host.open()
  await cold.open({ spares: 0 })
})
test.after(async () => {
  deaths.tell()
  await host.close()
  await cold.close()
})

/** At which points each effect of the lifecycle shows. One that is added has to be added here, or types do not hold. */
const shows: Record<Effect['do'], RegExp | 'says a word over the link' | 'in points-begin.test.ts'> = {
  save: /^rename pods\/POD\/runs\/#\.json$/,
  spawn: /^rename logs\/POD\/#\.stdout\.raw$/,
  boot: 'in points-begin.test.ts',
  assign: 'says a word over the link',
  greet: 'says a word over the link',
  check: 'says a word over the link',
  rest: 'says a word over the link',
  drain: 'says a word over the link',
  cleanup: 'says a word over the link',
  term: /^signal SIGTERM$/,
  kill: /^signal SIGKILL$/,
  end: /^unlink c\/SOCKET$/,
}

for (const verb of ['stop', 'restart', 'scale down', 'remove'] as const) {
  test(`${verb}: a host that dies at any of its points leaves the next one a whole state`, async () => {
    for (const name of await dieAtEvery(verb === 'restart' ? host : cold, verb)) seen.add(name)
  })
}

test('every effect of the lifecycle is among the points', () => {
  for (const [effect, pattern] of Object.entries(shows)) {
    if (typeof pattern === 'string') continue
    assert.ok(
      [...seen].some(name => pattern.test(name)),
      `${effect} shows`,
    )
  }
})

test.run()
