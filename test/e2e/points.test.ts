// Kill -9 at every step. Each call of a verb that changes something in the system is a point, found by the seam below our
// own code (scripts/chaos/seam), so that no effect can be added that is none. The daemon dies before each, and after those
// that cannot be undone; the next one brings the pod to where it was or to what was asked, whole and once.
// Scenario O of the list in docs/RELIABILITY.md, and B. Not here: calls that fail (faults.test.ts), chance (chaos.test.ts).
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Effect } from '../../daemon/lifecycle/slot.ts'
import type { PodStatus } from '../../protocol/methods.ts'
import { isAlive, processesOf, until } from './harness.ts'
import { SeamHost, type SeamVerb, seamVerbs } from './seam-host.ts'

const test = suite('points')
const host = new SeamHost()
const points = new Map<SeamVerb, string[]>()

test.before(() => host.open())
test.after(() => host.close())

/** At which points each effect of the lifecycle shows. One that is added has to be added here, or types do not hold. */
const shows: Record<Effect['do'], RegExp | 'says a word over the link'> = {
  save: /^rename pods\/POD\/runs\/#\.json$/,
  spawn: /^rename logs\/POD\/#\.stdout\.raw$|^spawn run$/,
  check: 'says a word over the link',
  cleanup: 'says a word over the link',
  term: /^signal SIGTERM$/,
  kill: /^signal SIGKILL$/,
  end: /^rm c\/SOCKET$/,
}

/** After these there is no way back; after any other the next point's "before" is the same moment. */
const isFinal = (name: string) => /^(rename|spawn|signal) /.test(name)

for (const verb of seamVerbs) {
  test(`${verb}: a host that dies at any of its points leaves the next one a whole state`, async () => {
    const names = await host.record(verb)
    points.set(verb, names)
    assert.ok(names.length > 5, `${verb} has points: ${names}`)
    const wrong: string[] = []
    for (const [at, name] of names.entries()) {
      for (const when of isFinal(name) ? (['before', 'after'] as const) : (['before'] as const)) {
        await dieAt(verb, { at, when, name }).catch(error => wrong.push(error.message))
      }
    }
    assert.equal(wrong, [])
  })
}

test('every effect of the lifecycle is among the points', () => {
  const all = [...points.values()].flat()
  for (const [effect, pattern] of Object.entries(shows)) {
    if (typeof pattern === 'string') continue
    assert.ok(
      all.some(name => pattern.test(name)),
      `${effect} shows`,
    )
  }
})

async function dieAt(verb: SeamVerb, point: { at: number; when: 'before' | 'after'; name: string }): Promise<void> {
  const what = `${verb}, ${point.when} ${point.at} ${point.name}`
  const before = await host.prepare(verb)
  await host.order({ do: 'die', at: point.at, when: point.when })
  const answered = await host.act(verb)
  // Some of the last points come after the answer, and not in every run.
  await host.settle()
  const hasDied = !isAlive(host.pid)
  if (!hasDied) await host.kill()
  await host.start()
  const after = await settled(what)
  const isDone = await host.isDone(verb, { before, after })
  const isUndone = await host.isUndone(verb, { before, after })
  assert.ok(isDone || isUndone, `${what}: neither done nor undone: ${JSON.stringify({ before, after })}`)
  if (answered === undefined) assert.ok(isDone, `${what}: it was answered, and is not done`)
  assertWhole(after, what)
}

/** Waits until nothing is on its way any more. */
async function settled(what: string): Promise<PodStatus | undefined> {
  return await until(async () => {
    const status = await host.status()
    if (status === undefined) return { status }
    const isStill = status.want === 'up' ? status.status === 'up' : status.status === 'idle'
    return isStill && status.runs.length === (status.want === 'up' ? status.scale : 0) && { status }
  }, `${what}: it is settled`).then(({ status }) => status)
}

function assertWhole(status: PodStatus | undefined, what: string): void {
  const pids = processesOf(host.data)
    .filter(({ command }) => command.startsWith('pod subject.'))
    .map(({ pid }) => pid)
    .sort()
  assert.equal(pids, (status?.runs ?? []).map(run => run.pid).sort(), `${what}: each run has one process`)
  const files = readdirSync(host.data, { recursive: true, encoding: 'utf8' })
  const halfMade = files.filter(file => /\.tmp$|\.json\.\d+$|\.new-|\.removed-/.test(file))
  assert.equal(halfMade, [], `${what}: nothing is half-made`)
  assert.is(existsSync(join(host.data, 'logs/subject')) && status === undefined, false, `${what}: no logs of no pod`)
  const images = readdirSync(join(host.data, 'images'))
  const desired = status ? JSON.parse(readFileSync(join(host.data, 'pods/subject/pod.json'), 'utf8')) : { images: [] }
  const known = new Set((desired.images as { hash: string }[]).map(({ hash }) => hash))
  assert.equal(
    images.filter(hash => !known.has(hash)),
    [],
    `${what}: no image is nobody's`,
  )
}

test.run()
