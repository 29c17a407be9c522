// Kill -9 at every step of a verb. Each call that changes something in the system is a point, found by the seam below our
// own code (scripts/chaos/seam), so that no effect can be added that is none. The daemon dies before each, and after each
// save, spawn and signal; the next one brings the pod to where it was or to what was asked, whole and once.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { PodStatus } from '../../protocol/words.ts'
import { Moments } from '../../scripts/test/moments.ts'
import { isAlive, processesOf } from '../processes.ts'
import { until } from '../until.ts'
import type { SeamHost, SeamVerb } from './seam-host.ts'

/** After these, what runs goes on by itself: the moment after one is not the one before the next point. */
const isLife = (name: string) => /^(spawn|signal) /.test(name)
/** But here no time lies between the two. */
const together: [RegExp, RegExp][] = [
  [/^signal SIGTERM$/, /^signal SIGCONT$/],
  [/^signal 0$/, /^signal /],
]
/** It changes nothing for whoever comes after a host that was killed: that is a matter of power cuts. */
const isSync = (name: string) => /^handle\.sync /.test(name)
/** Before these, a file is saved but for its name. All saves are the same lines of code: it is a point of the first one of a file. */
const isHalfSaved = (name: string) => /^rename .*\.json$/.test(name)
const halfSaved = new Set<string>()

/**
 * What the end of every run removes, one file after the other: the same lines of code in every verb. They are points of the verb
 * that ends a run and does nothing else; of a row of them in any other verb, only the first is.
 */
export const isTidying = (name: string) => /^unlink (logs\/POD\/#\.std|c\/SOCKET|pods\/POD\/runs\/#\.stdin)/.test(name)

/** In the short form: some of all, and whenever a process begins. */
export const deaths = new Moments<Point>({ step: 18, isKept: ({ name }) => name.startsWith('spawn ') })

/** Lets the host die at each point of a verb; in the short form, at some of them. @returns the names of the points */
export async function dieAtEvery(host: SeamHost, verb: SeamVerb): Promise<string[]> {
  const { points: names, told } = await host.record(verb)
  assert.ok(names.length > 5, `${verb} has points: ${names}`)
  const isAlike = (at: number) => verb !== 'stop' && isTidying(names[at] ?? '') && isTidying(names[at - 1] ?? '')
  const wrong: string[] = []
  for (const point of deaths.of(momentsOf(names, told).filter(({ at }) => !isAlike(at)))) {
    await dieAt(host, verb, point).catch(error => wrong.push(error.message))
  }
  assert.equal(wrong, [])
  return names
}

export type Point = { at: number; when: 'before' | 'after'; name: string }

/**
 * The moments at which a host is to die. After one point and before the next are the same moment, unless a word is told in between,
 * or a process goes on there by itself.
 * @param told before which of the points a word was told
 */
export function momentsOf(names: readonly string[], told: readonly number[]): Point[] {
  return names.flatMap((name, at): Point[] => {
    const [previous = '', next] = [names[at - 1], names[at + 1]]
    const isKnown = (isSync(previous) && !told.includes(at)) || (isHalfSaved(name) && halfSaved.has(name))
    if (isHalfSaved(name)) halfSaved.add(name)
    const isApart = isLife(name) && !together.some(([one, other]) => one.test(name) && other.test(next ?? ''))
    const isLeftAlone = next !== undefined && !isApart && !told.includes(at + 1)
    const point: Point = { at, name, when: 'before' }
    return [...(isKnown ? [] : [point]), ...(isLeftAlone ? [] : [{ ...point, when: 'after' } as const])]
  })
}

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
