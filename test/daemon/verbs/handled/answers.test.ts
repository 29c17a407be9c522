import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as answers from '../../../../daemon/verbs/handled/answers.ts'
import { failsWith } from '../../../fails.ts'

const { infoAnswer, logAnswer, outputAnswer, pushAnswer, removeAnswer, runsAnswer, scriptAnswer } = answers
const { statusAnswer, stopAnswer, versionsAnswer } = answers

test('statusAnswer() makes a whole status of as little as a word', () => {
  const { name, path, status, want, up, runs, kind } = statusAnswer('lab', 'web', { status: 'up' })
  assert.equal([name, path, status, want, up, runs, kind], ['web', 'lab', 'up', 'up', 1, [], 'service'])
  const idle = statusAnswer('lab', 'web', { status: 'idle' })
  assert.equal([idle.want, idle.up], ['idle', 0])
})

test('statusAnswer() takes what else is said, but for the name and the path', () => {
  const said = {
    name: 'other',
    path: 'elsewhere',
    status: 'up',
    text: 'fine',
    scale: 3,
    runs: [{ id: 'web.1', pid: 7 }],
  }
  const { name, path, text, scale, runs } = statusAnswer('lab', 'web', said)
  assert.equal([name, path, text, scale], ['web', 'lab', 'fine', 3])
  assert.equal(runs, [
    { slot: 0, state: 'up', startedAt: '1970-01-01T00:00:00.000Z', restarts: 0, version: 0, id: 'web.1', pid: 7 },
  ])
})

test('stopAnswer() and removeAnswer() take the ends that are told, and what says nothing as nothing', () => {
  const ended = [{ run: 'web.1', code: 0, signal: null, reason: 'stopped' }]
  assert.equal(stopAnswer('web', { status: 'waiting', ended }), { name: 'web', status: 'waiting', ended })
  assert.equal(removeAnswer('web', { stopped: ended }), { name: 'web', removed: true, stopped: ended })
  for (const nothing of [undefined, null, 'done', { status: 'gone', ended: [] }, { stopped: [{ run: 7 }] }]) {
    assert.equal(stopAnswer('web', nothing), { name: 'web', status: 'idle', ended: [] })
    assert.equal(removeAnswer('web', nothing), { name: 'web', removed: true, stopped: [] })
  }
})

test('runsAnswer() and versionsAnswer() fill in what an author leaves out', () => {
  const [run] = runsAnswer('lab', [{ id: 'web.1', state: 'ended' }])
  assert.equal([run?.id, run?.state, run?.slot], ['web.1', 'ended', 0])
  const [version] = versionsAnswer('lab', [{ version: 4, isWanted: true }])
  assert.equal([version?.version, version?.isWanted, version?.kind, version?.runs], [4, true, 'service', []])
})

test('envAnswer(), sendAnswer() and usageAnswer() fill in what is left out, and refuse what makes no sense', async () => {
  const { envAnswer, sendAnswer, usageAnswer } = answers
  assert.equal(envAnswer('lab', 'web', { env: [{ name: 'A' }] }), { name: 'web', env: [{ name: 'A', from: 'env' }] })
  const told = { name: 'web', runs: [], bytes: 3 }
  assert.equal(sendAnswer('lab', told, undefined), told)
  assert.equal(sendAnswer('lab', told, { runs: ['web.1'] }), { ...told, runs: ['web.1'] })
  assert.equal(usageAnswer('lab', {}), { everyMs: 0, points: [] })
  await failsWith('bad_answer', () => envAnswer('lab', 'web', null))
  await failsWith('bad_answer', () => sendAnswer('lab', told, { runs: 7 }))
  await failsWith('bad_answer', () => usageAnswer('lab', { points: 'none' }))
})

test('logAnswer() takes lines and whole entries', () => {
  const [line, entry] = logAnswer('lab', ['one', { text: 'two', source: 'stderr', time: '2026-11-20T10:00:00Z' }])
  assert.equal([line?.text, line?.source, line?.tags], ['one', 'stdout', ['stdout']])
  assert.ok(Date.parse(line?.time ?? '') > 0)
  assert.equal([entry?.text, entry?.source, entry?.time], ['two', 'stderr', '2026-11-20T10:00:00Z'])
})

test('scriptAnswer() tells the size in bytes, and the name that was asked for', () => {
  const { name, size, encoding } = scriptAnswer('lab', 'job', { script: 'ö', name: 'other' })
  assert.equal([name, size, encoding], ['job', 2, 'utf8'])
  assert.is(scriptAnswer('lab', 'job', { script: 'aGk=', encoding: 'base64' }).size, 2)
})

test('pushAnswer() tells the push of another host as that, and anything else as it is', () => {
  const pushed = pushAnswer('web', { version: 3, hash: 'h', name: 'other' })
  assert.equal([pushed.name, pushed.version, pushed.hash, 'answer' in pushed], ['web', 3, 'h', false])
  assert.is(pushAnswer('web', { version: 3 }).version, 0)
  assert.equal(pushAnswer('web', 'stored').answer, 'stored')
  assert.is(pushAnswer('web', undefined).answer, null)
})

test('infoAnswer() lets a host say nothing', () => {
  assert.equal([infoAnswer('lab', null), infoAnswer('lab', { a: 1 })], [{}, { a: 1 }])
})

for (const [verb, read] of [
  ['status', (answer: unknown) => statusAnswer('lab', 'web', answer)],
  ['runs', (answer: unknown) => runsAnswer('lab', answer)],
  ['versions', (answer: unknown) => versionsAnswer('lab', answer)],
  ['logs', (answer: unknown) => logAnswer('lab', answer)],
  ['info', (answer: unknown) => infoAnswer('lab', answer)],
  ['script', (answer: unknown) => scriptAnswer('lab', 'job', answer)],
  ['output', (answer: unknown) => outputAnswer('lab', answer)],
] as const) {
  test(`an answer to ${verb} that is none is refused, and told`, async () => {
    for (const wrong of ['none', 7, [7], { status: 'splendid', script: 7, text: 7 }]) {
      if (verb === 'info' && !Array.isArray(wrong) && typeof wrong === 'object') continue
      const error = await failsWith('bad_answer', () => read(wrong))
      assert.is(error.message, `The host at "lab" answered ${verb} with ${JSON.stringify(JSON.stringify(wrong))}`)
      assert.equal(error.facts, { path: 'lab', verb })
    }
  })
}

test('statusAnswer() refuses one of a list without a name', async () => {
  await failsWith('bad_answer', () => statusAnswer('lab', undefined, { status: 'up' }))
})

test.run()
