// Every call to the system that a verb makes fails once, whichever it is: too many open files, no rights, a broken or a
// full disk, no process to be had, a rename that is done and fails all the same. The verb is answered or refused with a code
// of its own, the host lives, the pod is as before or as asked, and the verb works once the cause is gone.
import * as assert from 'uvu/assert'
import { Moments } from '../../scripts/test/moments.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { isTidying } from './points.ts'
import type { SeamHost, SeamVerb } from './seam-host.ts'

/** What a verb may be refused with. `internal` is none of them: it is what nobody expected. */
const codes = ['no_space', 'save_failed', 'state_broken', 'start_failed']

/** How each kind of call can fail. */
export function failuresOf(name: string): string[] {
  const call = name.split(' ')[0] as string
  if (call === 'spawn') return ['EAGAIN', 'ENOMEM']
  if (call === 'rename') return ['EIO', 'TORN']
  if (call === 'open') return ['EMFILE', 'EACCES']
  if (['write', 'writeFile', 'handle.write', 'handle.writeFile', 'mkdir'].includes(call)) return ['ENOSPC']
  if (['readFile', 'readdir', 'stat'].includes(call)) return ['EMFILE']
  return ['EIO']
}

/**
 * What the end of every run does in a row, in the same lines of code: it looks for all that the run has started, and it tidies. Each of
 * these calls fails in the verb that ends a run and does nothing else; of a row of them in any other verb, only the first does.
 */
const isOfEnd = (name: string) => isTidying(name) || name.startsWith('readFile /proc/')

/** The variables of one process after another: a machine has any number of them. */
const isOfOrphans = (name: string) => name === 'readFile /proc/#/environ'

/**
 * What fails in a second way is told by the same lines of code in every verb: it does so in the first verb in which it comes. One that
 * was done and is told as failed does in each. A file that cannot be renamed was not saved, as one that cannot be written.
 */
const known = new Set<string>()
function isKnown(name: string, code: string): boolean {
  const failure = `${name} ${code}`
  const isSecond = ['EACCES', 'ENOMEM'].includes(code) || (code === 'EIO' && /^rename .*\.json$/.test(name))
  if (isSecond && known.has(failure)) return true
  known.add(failure)
  return false
}

/** In the short form, beside some of all: what is done and told as failed, and what begins a process. */
export const failures = new Moments<Failure>({
  step: 22,
  isKept: ({ name, code }) => code === 'TORN' || name.startsWith('spawn '),
})

/** Lets each call of a verb fail once, in each way in which it can; in the short form, some of them. */
export async function failEvery(host: SeamHost, verb: SeamVerb): Promise<void> {
  const { points: names } = await host.record(verb, { reads: true })
  const isAlike = verb === 'stop' ? isOfOrphans : isOfEnd
  const all = names.flatMap((name, at) => {
    if (isAlike(name) && isAlike(names[at - 1] ?? '')) return []
    const codes = failuresOf(name).filter(code => !isKnown(name, code))
    return codes.map(code => ({ at, name, code }))
  })
  const wrong: string[] = []
  for (const failure of failures.of(all)) {
    const { name, code } = failure
    await failAt(host, verb, failure).catch(error => wrong.push(`${name} ${code}: ${error.message}`))
  }
  assert.equal(wrong, [])
}

export type Failure = { at: number; name: string; code: string }

async function failAt(host: SeamHost, verb: SeamVerb, { at, name, code }: Failure): Promise<void> {
  const before = await host.prepare(verb)
  await host.order({ do: 'fail', at, code, reads: true })
  const refused = await host.act(verb)
  await host.settle()
  assert.ok(isAlive(host.pid), 'the host lives')
  await host.order({ do: 'off' })
  assert.ok(refused === undefined || codes.includes(refused), `it is refused with a code of its own: ${refused}`)
  const after = await host.status()
  const [isDone, isUndone] = [await host.isDone(verb, { before, after }), await host.isUndone(verb, { before, after })]
  if (refused === undefined) assert.ok(isDone, `it was answered, and is done: ${JSON.stringify(after)}`)
  else if (refused !== 'start_failed') {
    assert.ok(isUndone, `it was refused with ${refused}, and nothing was changed: ${JSON.stringify(after)}`)
    // A removal has ended what ran, and is asked for again; others are, and are done.
    assert.is(await host.act(verb), undefined, 'it works once the cause is gone')
  }
  await until(async () => {
    const status = await host.status()
    return !status || status.status === (status.want === 'up' ? 'up' : 'idle')
  }, `${name}: all is well`)
}
