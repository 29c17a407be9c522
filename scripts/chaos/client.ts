// One client of several: verb after verb on pods that nobody else is busy with, now and then two at the same time on the
// same pod. What is answered goes to the model.

import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { unsavedText } from '../../daemon/tree/unsaved.ts'
import type { MethodName } from '../../protocol/methods.ts'
import { unsaved, type Verb } from './model.ts'
import type { Chance } from './seed.ts'
import { codeOf, isRestless } from './sorts.ts'
import type { ChaosPod, World } from './world.ts'

/** Longer than any verb can take by the policies of the pods, with a host that is killed and stopped meanwhile. */
const answerMs = 60_000

const weights = { push: 2, start: 6, stop: 3, restart: 3, reload: 4, scale: 2, remove: 0.4, look: 4 } as const

export async function runClient(world: World, chance: Chance): Promise<void> {
  while (!world.isOver) {
    // Half of the pods are left to the monkey in each round, so that counts of restarts can be followed.
    const pod = world.take(chance, ({ baseline }) => baseline === undefined)
    if (pod) {
      await useOnce(world, pod, chance).finally(() => (pod.isBusy = false))
    }
    await delay(chance.between(5, world.isHostUp && !world.isDiskFull ? 60 : 400))
  }
}

async function useOnce(world: World, pod: ChaosPod, chance: Chance): Promise<void> {
  const what = pod.model.mayExist ? chance.weighted(weights) : 'push'
  if (what === 'look') return await look(world, pod, chance)
  const verbs = [verbOf(pod, what, chance)]
  if (pod.model.mayExist && chance.next() < 0.08)
    verbs.push(verbOf(pod, chance.pick(['start', 'stop', 'restart', 'reload', 'scale']), chance))
  if (verbs.length > 1)
    world.report.count(
      'races',
      verbs
        .map(verb => verb.do)
        .sort()
        .join('+'),
    )
  await answer(world, pod, verbs, chance)
}

function verbOf(pod: ChaosPod, what: Verb['do'], chance: Chance): Verb {
  if (what === 'push') {
    pod.codes += 1
    pod.lastCode = codeOf(pod.name, pod.sort, pod.codes)
    return { do: 'push', code: pod.lastCode }
  }
  if (what === 'start') return { do: 'start', tag: String(chance.between(1, 1_000_000)) }
  if (what === 'scale') return { do: 'scale', scale: chance.between(1, 3) }
  // What does not stay up cannot take the place of another.
  if (what === 'reload' && pod.sort.settles !== 'up') return { do: 'restart' }
  if (what === 'reload') return { do: 'reload', waits: chance.next() < 0.7 }
  return { do: what }
}

/** Sends verbs at once and tells the model what was answered. */
export async function answer(world: World, pod: ChaosPod, verbs: Verb[], chance: Chance): Promise<void> {
  pod.baseline = undefined
  if (verbs.some(verb => verb.do === 'remove')) pod.wasRemoved = true
  const isByCommand = verbs.length === 1 && !isRestless(pod.sort) && verbs[0]?.do !== 'reload' && chance.next() < 0.05
  const answered = await Promise.all(
    verbs.map(async verb => {
      const code = isByCommand ? await command(world, pod, verb) : await request(world, pod, verb, chance)
      world.report.count('verbs', code === undefined ? verb.do : `${verb.do} ${code}`)
      note(pod, `${verb.do}${isByCommand ? ' by command' : ''} -> ${code ?? 'done'}`)
      return { verb, code }
    }),
  )
  for (const { verb, code } of answered) {
    if (code === 'too_late')
      world.report.violated(`${pod.name}: ${verb.do} was not answered within ${answerMs / 1000} s`)
  }
  const complaint = pod.model.onAnswered(
    answered.map(({ verb, code }) => ({ verb, code: code === 'too_late' ? 'timeout' : code })),
  )
  if (complaint) world.report.violated(`${pod.name}: ${complaint}`)
}

/** Keeps the last of what was done to a pod. */
export function note(pod: ChaosPod, what: string): void {
  pod.history.push(`${new Date().toISOString().slice(14, 23)} ${what}`)
  if (pod.history.length > 14) pod.history.shift()
}

async function request(world: World, pod: ChaosPod, verb: Verb, chance: Chance): Promise<string | undefined> {
  const [method, params] = asRequest(world, verb)
  // Of a pod that crashes all the time nothing comes that could be waited for.
  const wait = verb.do === 'reload' ? verb.waits : chance.next() < 0.7 && !isRestless(pod.sort)
  let client: Awaited<ReturnType<World['connect']>> | undefined
  try {
    client = await world.connect(chance.next() < 0.3)
  } catch {
    return 'host_unreachable'
  }
  const tooLate = new AbortController()
  try {
    const isWaiting = method === 'pod.push' || method === 'pod.remove' ? {} : { wait }
    return await Promise.race([
      client.call(method, { name: pod.name, ...params, ...isWaiting } as never).then(codeOfAnswer, codeOfError),
      delay(answerMs, 'too_late', { signal: tooLate.signal }),
    ])
  } finally {
    tooLate.abort()
    client.close()
  }
}

/** A stop, or a scale to fewer, that could not be saved is done all the same. */
function codeOfAnswer(answer: object): string | undefined {
  return 'problem' in answer && answer.problem === unsavedText ? unsaved : undefined
}

function codeOfError(error: unknown): string {
  return (error as { code?: string }).code ?? String(error)
}

function asRequest(world: World, verb: Verb): [MethodName, Record<string, unknown>] {
  switch (verb.do) {
    case 'push':
      return ['pod.push', { code: verb.code }]
    case 'start':
      return ['pod.start', { params: { told: world.told, tag: verb.tag } }]
    case 'scale':
      return ['pod.scale', { scale: verb.scale }]
    case 'remove':
      return ['pod.remove', { force: true }]
    default:
      return [`pod.${verb.do}`, {}]
  }
}

/** The same by the `pod` command, as people do it. */
async function command(world: World, pod: ChaosPod, verb: Verb): Promise<string | undefined> {
  const args = asCommand(world, pod, verb)
  const { code, stdout, stderr } = await world.host.pod(...args, '--json')
  if (code === 0) return codeOfAnswer(JSON.parse(stdout))
  try {
    return JSON.parse(stderr.trim().split('\n').at(-1) ?? '').error.code
  } catch {
    world.report.violated(`pod ${args.join(' ')} ended with ${code} and said: ${stderr.slice(0, 300)}`)
    return 'host_gone'
  }
}

function asCommand(world: World, pod: ChaosPod, verb: Verb): string[] {
  if (verb.do === 'push') {
    const file = join(world.host.dir, `${pod.name}.js`)
    writeFileSync(file, verb.code)
    return ['push', 'local', pod.name, file]
  }
  if (verb.do === 'start') {
    const params = { told: world.told, tag: verb.tag }
    return ['start', 'local', pod.name, ...Object.entries(params).flatMap(([name, value]) => [`--${name}`, value])]
  }
  if (verb.do === 'scale') return ['scale', 'local', pod.name, String(verb.scale)]
  if (verb.do === 'remove') return ['remove', 'local', pod.name, '--force']
  return [verb.do, 'local', pod.name]
}

/** Verbs that change nothing: they must be answered, whatever happens. */
async function look(world: World, pod: ChaosPod, chance: Chance): Promise<void> {
  const what = chance.pick(['pod.status', 'pod.list', 'pod.runs', 'pod.logs', 'pod.call'] as const)
  let code: string | undefined
  try {
    const client = await world.connect(chance.next() < 0.3)
    try {
      const params = {
        'pod.status': { name: pod.name },
        'pod.list': {},
        'pod.runs': { name: pod.name },
        'pod.logs': { name: pod.name, limit: 50 },
        'pod.call': { name: pod.name, fn: 'counted', timeoutMs: 2000 },
      }[what]
      await client.call(what, params as never)
    } finally {
      client.close()
    }
  } catch (error) {
    code = codeOfError(error)
  }
  const isFine = code === undefined || lookCodes.includes(code)
  if (!isFine) world.report.violated(`${pod.name}: ${what} -> ${code}`)
  world.report.count('verbs', code === undefined ? what : `${what} ${code}`)
}

const lookCodes = [
  'host_gone',
  'host_busy',
  'host_unreachable',
  'pod_not_found',
  'pod_not_up',
  'timeout',
  'call_failed',
  'aborted',
  'function_not_found',
]
