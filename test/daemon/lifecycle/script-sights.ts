// What the host sees in the world of script-world.ts when it looks: the truth, or that it cannot be seen.
import type { ScriptEvent } from '../../../daemon/lifecycle/script-state.ts'
import { happen, type Model, note, pid, type Step } from './script-world.ts'

/** What comes of what the host looks for, step by step: the truth, or that it cannot be seen. */
export function answers(model: Model): Step[] {
  return [
    ...(model.identify === 'none' ? [] : identifyAnswers(model)),
    ...(model.look === 'none' ? [] : lookAnswers(model)),
    ...(model.note === 'none' ? [] : noteAnswers(model)),
    ...(model.readLog === 'none' ? [] : logAnswers(model)),
    ...(model.forbid === 'none' ? [] : forbidAnswers(model)),
  ]
}

function identifyAnswers(model: Model): Step[] {
  const done: Model = { ...model, identify: 'none' }
  const startTime = model.process === 'alive' ? 'start' : 'gone'
  return [...happen(done, { type: 'identified', process: { pid, startTime } }), ...happen(done, { type: 'unseen' })]
}

function lookAnswers(model: Model): Step[] {
  const done: Model = { ...model, look: 'none' }
  if (model.look === 'gone') return happen(done, noteOr(model, { type: 'gone' }))
  return [
    { name: 'look', next: model.process === 'alive' ? done : { ...model, look: 'gone' } },
    { name: 'unseen', next: done },
  ]
}

function noteAnswers(model: Model): Step[] {
  const done: Model = { ...model, note: 'none' }
  return [...happen(done, noteOr(model, { type: 'no-note' })), ...happen(done, { type: 'unseen' })]
}

/** A keeper may make the log after it was not there, and before that is told. */
function logAnswers(model: Model): Step[] {
  const done: Model = { ...model, readLog: 'none' }
  if (model.readLog === 'absent') return happen(done, { type: 'log-absent' })
  const isThere = model.hasNote || model.log !== 'absent'
  return [
    ...(isThere ? happen(done, noteOr(model, { type: 'log-there' })) : [{ name: 'no log', next: absent(model) }]),
    ...happen(done, { type: 'unseen' }),
  ]
}

function absent(model: Model): Model {
  return { ...model, readLog: 'absent' }
}

function forbidAnswers(model: Model): Step[] {
  const done: Model = { ...model, forbid: 'none' }
  if (model.forbid === 'made') return happen(done, { type: 'forbidden' })
  const isThere = model.hasNote || model.log !== 'absent'
  return [
    ...(isThere
      ? happen(done, noteOr(model, { type: 'log-there' }))
      : [{ name: 'forbid', next: { ...model, forbid: 'made', log: 'forbidden' } as Model }]),
    ...happen(done, { type: 'unseen' }),
  ]
}

function noteOr({ hasNote }: Model, none: ScriptEvent): ScriptEvent {
  return hasNote ? { type: 'ended', note } : none
}
