// Kill -9 at every step of a verb. Each call that changes something in the system is a point, found by the seam below our
// own code (scripts/chaos/seam), so that no effect can be added that is none. The daemon dies before each, and after each
// save, spawn and signal; the next one brings the pod to where it was or to what was asked, whole and once.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { PodStatus } from '../../protocol/words.ts'
import { isAlive, processesOf } from '../processes.ts'
import { until } from '../until.ts'
import type { SeamHost, SeamVerb } from './seam-host.ts'

/** After these there is no way back; after any other the next point's "before" is the same moment. */
const isFinal = (name: string) => /^(rename|spawn|signal) /.test(name)
/** What is done with no word to anyone in between: after the first and before the second are the same moment, too. */
const together: [RegExp, RegExp][] = [
  [/^rename /, /^handle\.sync /],
  [/^rename .*\.stdout\.raw$/, /^rename .*\.stderr\.raw$/],
  [/^signal SIGTERM$/, /^signal SIGCONT$/],
  [/^signal 0$/, /^signal /],
]

/**
 * What the end of every run removes, one file after the other: the same lines of code in every verb. They are points of the verb
 * that ends a run and does nothing else; of a row of them in any other verb, only the first is.
 */
export const isTidying = (name: string) => /^rm (logs\/POD\/#\.std|c\/SOCKET|pods\/POD\/runs\/#\.stdin)/.test(name)

/** Lets the host die at each point of a verb. @returns the names of the points */
export async function dieAtEvery(host: SeamHost, verb: SeamVerb): Promise<string[]> {
  const names = await host.record(verb)
  assert.ok(names.length > 5, `${verb} has points: ${names}`)
  const wrong: string[] = []
  for (const point of momentsOf(names, verb)) {
    await dieAt(host, verb, point).catch(error => wrong.push(error.message))
  }
  assert.equal(wrong, [])
  return names
}

function momentsOf(names: readonly string[], verb: SeamVerb): Point[] {
  return names.flatMap((name, at): Point[] => {
    const [previous = '', next = ''] = [names[at - 1], names[at + 1]]
    if (verb !== 'stop' && isTidying(name) && isTidying(previous)) return []
    const isSameAsNext = !isFinal(name) || together.some(([one, other]) => one.test(name) && other.test(next))
    const point: Point = { at, name, when: 'before' }
    return isSameAsNext ? [point] : [point, { ...point, when: 'after' }]
  })
}

type Point = { at: number; when: 'before' | 'after'; name: string }

async function dieAt(host: SeamHost, verb: SeamVerb, point: Point): Promise<void> {
  const what = `${verb}, ${point.when} ${point.at} ${point.name}`
  const before = await host.prepare(verb)
  await host.order({ do: 'die', at: point.at, when: point.when })
  const answered = await host.act(verb)
  // Some of the last points come after the answer, and not in every run.
  await host.settle()
  const hasDied = !isAlive(host.pid)
  if (!hasDied) await host.kill()
  await host.start()
  const after = await settled(host, what)
  const isDone = await host.isDone(verb, { before, after })
  const isUndone = await host.isUndone(verb, { before, after })
  assert.ok(isDone || isUndone, `${what}: neither done nor undone: ${JSON.stringify({ before, after })}`)
  if (answered === undefined) assert.ok(isDone, `${what}: it was answered, and is not done`)
  await assertWhole(host, { status: after, what })
}

/** Waits until nothing is on its way any more. */
async function settled(host: SeamHost, what: string): Promise<PodStatus | undefined> {
  return await until(async () => {
    const status = await host.status()
    if (status === undefined) return { status }
    const isStill = status.want === 'up' ? status.status === 'up' : status.status === 'idle'
    return isStill && status.runs.length === (status.want === 'up' ? status.scale : 0) && { status }
  }, `${what}: it is settled`).then(({ status }) => status)
}

async function assertWhole(
  host: SeamHost,
  { status, what }: { status: PodStatus | undefined; what: string },
): Promise<void> {
  // One that nobody asked for any more may be ending just now.
  await until(() => podPids(host.data) === pidsOf(status), `${what}: each run has one process`)
  // Something may be in the making just now.
  await until(() => halfMade(host.data).length === 0, `${what}: nothing is half-made`)
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

function podPids(data: string): string {
  const pods = processesOf(data).filter(({ command }) => command.startsWith('pod subject.'))
  return pods
    .map(({ pid }) => pid)
    .sort()
    .join()
}

function pidsOf(status: PodStatus | undefined): string {
  return (status?.runs ?? [])
    .map(({ pid }) => pid)
    .sort()
    .join()
}

function halfMade(data: string): string[] {
  const files = readdirSync(data, { recursive: true, encoding: 'utf8' })
  return files.filter(file => /\.tmp$|\.json\.\d+$|\.new-|\.removed-/.test(file))
}
