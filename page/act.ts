// Doing something to a pod: asks first where it hurts, says what goes on, and what came of it.

import { fullName, shownAs } from '../protocol/pod-order.ts'
import type { PodStatus } from '../protocol/words.ts'
import { ask } from './ask.ts'
import type { Act, QueueAct, WorkOn } from './state/may.ts'
import type { Store } from './state/store.ts'
import type { Desk } from './view/desk.ts'
import { WireError } from './wire/wire-error.ts'

/** How long a note of success is shown. */
const noteMs = 4000

export function actsOn(store: Store, deskNow: () => Desk): (act: Act, pod: PodStatus) => Promise<void> {
  return async (act, pod) => {
    const desk = deskNow()
    const answer = await questionFor(act, pod, desk)
    if (answer === undefined) return
    const name = fullName(pod)
    await noted(store, {
      doing: desk.say(`doing.${act}`, { name }),
      work: async () => await does[act](pod, desk, answer),
      done: after => {
        if (after && 'run' in after) return desk.say('done.run', { run: String(after.run) })
        const state = after ? desk.say(`state.${shownAs(after)}`) : ''
        return desk.say(`done.${act}`, { name, state, version: after?.version ?? '', count: after?.scale ?? 0 })
      },
    })
  }
}

/** Goes over to another version of a pod: back by a rollback, else by a reload. */
export async function runVersion(
  store: Store,
  desk: Desk,
  { pod, version }: { pod: PodStatus; version: number },
): Promise<void> {
  const { say } = desk
  const name = fullName(pod)
  const isBack = version < pod.version
  const answer = await ask({
    title: isBack ? say('ask.rollback') : say('version.run.of', { version }),
    text: say('ask.rollback.text', { name, from: pod.version, to: version }),
    yes: isBack ? say('act.rollback') : say('version.run'),
    no: say('act.cancel'),
  })
  if (!answer) return
  const act = isBack ? 'rollback' : 'reload'
  await noted(store, {
    doing: say(`doing.${act}`, { name }),
    work: async () => await desk.ask(`pod.${act}`, { ...of(pod), version }),
    done: after => say(`done.${act}`, { name, version: after.version }),
  })
}

type Held = { act: 'pause' | 'resume'; gateway: PodStatus; to: string }

/** Lets a gateway hold the requests for a pod or group, or let them go on. */
export async function hold(store: Store, desk: Desk, { act, gateway, to }: Held): Promise<void> {
  const { say } = desk
  const question = {
    title: say('ask.pause', { name: to }),
    text: say('ask.pause.text'),
    yes: say('act.pause'),
    no: say('act.cancel'),
  }
  if (act === 'pause' && !(await ask(question))) return
  await noted(store, {
    doing: say('act.of', { act: say(`act.${act}`), name: to }),
    work: async () => await desk.ask('pod.command', { ...of(gateway), argv: [act, to] }),
    done: () => say(`done.${act}`, { name: to }),
  })
}

/** Does something to a queue or its items. @param onDone called once it is done */
export async function work(
  store: Store,
  desk: Desk,
  { act, what, onDone }: { act: QueueAct; what: WorkOn; onDone: () => void },
): Promise<void> {
  const { say } = desk
  const { name, path, ids = [], state } = what
  const verb = act.slice('queue.'.length) as 'pause' | 'resume' | 'retry' | 'drop'
  const queue = { path, name }
  const items = { ...queue, ids, ...(state && { state }) }
  if (act === 'queue.drop') {
    const title = say('ask.drop', { name: ids === 'all' ? say('queues.dead.all') : ids.join(', ') })
    const sure = { title, text: say('ask.drop.text'), yes: say('act.drop'), no: say('act.cancel'), hurts: true }
    if (!(await ask(sure))) return
  }
  await noted(store, {
    doing: say('act.of', { act: say(`act.${verb}`), name }),
    work: async () =>
      act === 'queue.retry' || act === 'queue.drop' ? await desk.ask(act, items) : await desk.ask(act, queue),
    done: after =>
      'count' in after
        ? say(`done.queue.${verb as 'retry' | 'drop'}`, { name, count: after.count })
        : say(`done.queue.${verb as 'pause' | 'resume'}`, { name }),
  })
  onDone()
}

/** @param onEnded called once it is gone */
export async function endToken(
  store: Store,
  desk: Desk,
  { name, onEnded }: { name: string; onEnded: () => void },
): Promise<void> {
  const { say } = desk
  const answer = await ask({
    title: say('access.ask', { name }),
    text: say('access.ask.text'),
    yes: say('access.end'),
    no: say('act.cancel'),
    hurts: true,
  })
  if (!answer) return
  await noted(store, {
    doing: say('access.remove', { name }),
    work: async () => await desk.ask('host.token.remove', { name }),
    done: () => say('access.ended', { name }),
  })
  onEnded()
}

type Noted<T> = { doing: string; work: () => Promise<T>; done: (after: T) => string }

/** Says what goes on, and what came of it. */
async function noted<T>(store: Store, { doing, work, done }: Noted<T>): Promise<void> {
  const id = store.note({ kind: 'doing', text: doing })
  try {
    const after = await work()
    const note = store.note({ kind: 'done', text: done(after) })
    setTimeout(() => store.unnote(note), noteMs)
  } catch (error) {
    if (!(error instanceof WireError)) throw error
    store.note({ kind: 'failed', text: error.message, hint: error.hint })
  } finally {
    store.unnote(id)
  }
}

type Answer = { number?: number }
type Doing = (pod: PodStatus, desk: Desk, answer: Answer) => Promise<PodStatus | undefined>

const does: Record<Act, Doing> = {
  start: async (pod, desk) =>
    await desk.ask(pod.kind === 'script' || pod.version === 0 ? 'pod.start' : 'pod.wake', of(pod)),
  stop: async (pod, desk) => {
    await desk.ask('pod.stop', of(pod))
    return undefined
  },
  restart: async (pod, desk) => await desk.ask('pod.restart', { ...of(pod), ...sameVersion(pod) }),
  reload: async (pod, desk) => await desk.ask('pod.reload', of(pod)),
  wake: async (pod, desk) => await desk.ask('pod.wake', of(pod)),
  sleep: async (pod, desk) => await desk.ask('pod.sleep', of(pod)),
  scale: async (pod, desk, { number = pod.scale }) => await desk.ask('pod.scale', { ...of(pod), scale: number }),
  rollback: async (pod, desk) => await desk.ask('pod.rollback', of(pod)),
  remove: async (pod, desk) => {
    await desk.ask('pod.remove', { ...of(pod), force: true })
    return undefined
  },
}

function of({ name, path }: PodStatus): { name: string; path: string } {
  return { name, path }
}

/** A restart brings back what is there; another version is a reload. */
function sameVersion({ version }: PodStatus): { version?: number } {
  return version > 0 ? { version } : {}
}

/** @returns undefined if it is not to be done */
async function questionFor(act: Act, pod: PodStatus, { say }: Desk): Promise<Answer | undefined> {
  const name = fullName(pod)
  const buttons = { yes: say(`act.${act}`), no: say('act.cancel') }
  if (act === 'stop' && pod.runs.length > 0)
    return await ask({
      title: say('ask.stop', { name }),
      text: say('ask.stop.text', { count: pod.runs.length }),
      ...buttons,
      hurts: true,
    })
  if (act === 'restart' && pod.up > 0)
    return await ask({ title: say('ask.restart', { name }), text: say('ask.restart.text'), ...buttons })
  if (act === 'remove')
    return await ask({
      title: say('ask.remove', { name }),
      text: say('ask.remove.text'),
      ...buttons,
      hurts: true,
      type: name,
    })
  if (act === 'sleep') return await ask({ title: say('ask.sleep', { name }), text: say('ask.sleep.text'), ...buttons })
  if (act === 'rollback') return await ask({ title: say('ask.rollback'), text: name, ...buttons })
  if (act === 'scale')
    return await ask({
      title: say('ask.scale', { name }),
      text: say('ask.scale.zero'),
      ...buttons,
      number: { label: say('ask.scale.count'), value: pod.scale },
    })
  return {}
}
