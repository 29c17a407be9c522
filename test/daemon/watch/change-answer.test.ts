import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type AnsweredChange, changeAnswer } from '../../../daemon/watch/change-answer.ts'
import { failsWith } from '../../fails.ts'

const name = 'web'

/** A pod of a change, by what an author said of it. */
const podOf = (change: AnsweredChange) => ('pod' in change ? change.pod : undefined)

test('changeAnswer() makes whole statuses of what an author says, at the path of the host', () => {
  const snapshot = changeAnswer('lab', { type: 'snapshot', pods: [{ name, status: 'up' }] })
  assert.equal(snapshot.type === 'snapshot' && snapshot.pods.map(({ path, up }) => [path, up]), [['lab', 1]])
  const added = changeAnswer('lab', {
    type: 'added',
    name,
    pod: { status: 'up', path: 'elsewhere', runs: [{ id: 'web.1' }] },
  })
  const pod = podOf(added)
  assert.equal([pod?.name, pod?.path, added.type === 'added' && added.pod.runs[0]?.state], [name, 'lab', 'up'])
})

test('changeAnswer() tells facts without runs and images; where runs are told, a whole status', () => {
  for (const type of ['pushed', 'changed', 'status']) {
    const facts = changeAnswer('lab', { type, name, pod: { status: 'idle', images: [1] } })
    const pod = podOf(facts)
    assert.equal([facts.type, pod?.status, pod && 'runs' in pod, pod && 'images' in pod], [type, 'idle', false, false])
    const whole = changeAnswer('lab', { type, name, pod: { status: 'up', runs: [{ id: 'web.1' }] } })
    assert.equal(whole.type === 'whole' && [whole.pod.path, whole.pod.name, whole.pod.runs.map(({ state }) => state)], [
      'lab',
      name,
      ['up'],
    ])
  }
})

test('changeAnswer() tells of runs: of one, of its end, and of a pod that is gone', () => {
  const run = changeAnswer('lab', { type: 'run', name, run: { id: 'web.1', state: 'starting' } })
  assert.equal(run.type === 'run' && [run.path, run.run.id, run.run.state], ['lab', 'web.1', 'starting'])
  const end = { run: 'web.1', reason: 'exited' }
  assert.equal(changeAnswer('lab', { type: 'ended', name, run: 'web.1', end }), {
    type: 'ended',
    path: 'lab',
    name,
    run: 'web.1',
    end: { code: null, signal: null, ...end },
  })
  assert.not('end' in changeAnswer('lab', { type: 'ended', name, run: 'web.1' }))
  assert.equal(changeAnswer('lab', { type: 'removed', name, more: 1 }), { type: 'removed', path: 'lab', name })
})

test('changeAnswer() refuses what is no change', async () => {
  for (const wrong of [
    'web',
    null,
    { type: 'born', name },
    { type: 'added', name },
    { type: 'run', name, run: {} },
    { type: 'removed' },
  ])
    assert.match((await failsWith('bad_answer', () => changeAnswer('lab', wrong))).message, 'answered watch with')
  await failsWith('bad_answer', () => changeAnswer('lab', { type: 'added', name, pod: { status: 'splendid' } }))
})

test.run()
