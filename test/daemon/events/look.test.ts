// Which events follow from which change. Not here: real pods (events.test.ts).
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { look, lookAtEnd } from '../../../daemon/events/look.ts'
import { after, nothingTold, type Told } from '../../../daemon/events/told.ts'
import type { View, ViewedRun } from '../../../daemon/events/view.ts'
import type { EndReason } from '../../../protocol/words.ts'

const at = { path: '', pod: 'web' }

const idle: View = {
  kind: 'service',
  images: [{ version: 1, hash: 'a'.repeat(64), size: 3, pushedAt: '2026-11-20T10:00:00.000Z', by: 'ci' }],
  latest: 1,
  version: 0,
  generation: 0,
  want: 'idle',
  scale: 1,
  past: 0,
  set: {},
  isUp: false,
  runs: [],
}
const run: ViewedRun = { number: 1, slot: 0, version: 1, restarts: 0, pid: 77, isUp: true, isLinked: true }
const up: View = { ...idle, version: 1, generation: 1, want: 'up', isUp: true, runs: [run] }

const failing: View = {
  ...up,
  isUp: false,
  runs: [],
  inTrouble: { isOver: false, why: 'exited with code 1' },
}
const gaveUp: View = { ...failing, inTrouble: { isOver: true } }

/** What is told of these views, one after the other. */
function told(...views: View[]): { types: string[]; last: Told } {
  let last: Told = nothingTold
  const types: string[] = []
  for (const view of views) {
    const tales = look(last, view, at)
    types.length = 0
    types.push(...tales.map(({ event }) => event.type))
    last = tales.reduce(after, last)
  }
  return { types, last }
}

const cases: [what: string, views: View[], types: string[]][] = [
  ['a pod that is new', [idle], ['pushed']],
  ['one that is up when it is first seen', [up], ['pushed', 'started', 'begun', 'ready', 'up']],
  ['nothing new', [up, up], []],
  ['a stop', [up, { ...idle, version: 1, generation: 1 }], ['stopped']],
  ['a kill', [up, { ...idle, version: 1, generation: 1, killed: 'now' }], ['killed']],
  ['a start after a kill', [{ ...idle, killed: 'now' }, up], ['started', 'begun', 'ready', 'up']],
  ['another scale', [up, { ...up, scale: 3, isUp: false }], ['scaled']],
  ['a restart', [up, { ...up, generation: 2 }], ['restarted']],
  ['labels', [up, { ...up, set: { config: 'x' } }], ['configured']],
  ['a variable', [up, { ...up, set: { 'env TOKEN': 'x' }, generation: 2 }], ['restarted', 'env-changed']],
  ['sleep', [up, { ...up, asleep: 'now', isUp: false, runs: [] }], ['asleep']],
  ['a wake', [{ ...up, asleep: 'now' }, up], ['woke']],
  ['files that cannot be used', [up, { ...up, problem: 'torn' }], ['broken']],
  ['and can again', [{ ...up, problem: 'torn' }, up], ['mended']],
  ['a reload', [up, { ...up, reload: { to: 2, generation: 2, isRollback: false } }], ['reload-begun']],
  [
    'a reload that is done',
    [
      { ...up, reload: { to: 2, generation: 2, isRollback: false } },
      { ...up, version: 2, generation: 2 },
    ],
    ['reloaded'],
  ],
  ['a reload that failed', [{ ...up, reload: { to: 2, generation: 2, isRollback: false } }, up], ['reload-failed']],
  [
    'a rollback',
    [
      { ...up, reload: { to: 1, generation: 2, isRollback: true } },
      { ...up, generation: 2 },
    ],
    ['rolled-back'],
  ],
  [
    'a rollback at once',
    [
      { ...up, past: 2 },
      { ...up, past: 1, generation: 2 },
    ],
    ['rolled-back'],
  ],
  ['a run that is not well', [up, { ...up, runs: [{ ...run, unhealthy: 'silent' }] }], ['unhealthy']],
  ['another run', [up, { ...up, runs: [{ ...run, number: 2 }] }], ['begun', 'ready', 'up']],
  [
    'another run while it is reloaded',
    [up, { ...up, runs: [{ ...run, number: 2 }], reload: { to: 2, generation: 2, isRollback: false } }],
    ['reload-begun', 'begun', 'ready'],
  ],
  ['attempts that fail and go on', [up, failing], ['failing']],
  ['attempts that are over', [up, gaveUp], ['gave-up']],
  ['attempts that fail, and then are over', [up, failing, gaveUp], ['gave-up']],
  ['attempts that are over, while one is made by hand', [up, failing, gaveUp, failing], []],
  ['attempts that come up again', [up, failing, up], ['up']],
  ['a pod that gave up and comes up again', [up, gaveUp, up], ['up']],
  [
    'a run of a script',
    [
      { ...idle, kind: 'script' },
      { ...idle, kind: 'script', runs: [run] },
    ],
    ['begun'],
  ],
]

for (const [what, views, types] of cases) {
  test(`look() tells of ${what}: ${types.join(', ') || 'nothing'}`, () => assert.equal(told(...views).types, types))
}

test('look() does not tell again while attempts go on failing', () => {
  assert.equal(told(up, failing, { ...failing, runs: [{ ...run, number: 2, isUp: false }] }).types, ['begun'])
})

const ends: [EndReason, number | null, string][] = [
  ['stopped', null, 'ended'],
  ['exited', 0, 'ended'],
  ['exited', 1, 'crashed'],
  ['killed', null, 'crashed'],
  ['start_timeout', null, 'crashed'],
  ['unhealthy', null, 'ended'],
  ['lost', null, 'lost'],
]
for (const [reason, code, type] of ends) {
  test(`lookAtEnd() calls a run that is over by ${reason} ${code ?? ''} ${type}`, () => {
    const [tale] = lookAtEnd(told(up).last, { run: 'web.1', code, signal: null, reason }, at)
    assert.is(tale?.event.type, type)
  })
}

test('lookAtEnd() tells an end once, also of a run that was over before a later one was told', () => {
  const end = (number: number) => ({ run: `web.${number}`, code: 1, signal: null, reason: 'exited' as const })
  let { last } = told({ ...up, runs: [{ ...run, number: 3 }] })
  const tell = (number: number) => {
    const tales = lookAtEnd(last, end(number), at)
    last = tales.reduce(after, last)
    return tales.length
  }
  assert.equal([3, 3, 1, 1, 2, 4, 4].map(tell), [1, 0, 1, 0, 1, 1, 0])
})

const anyView = fc.record({
  ...{ latest: fc.nat(3), version: fc.nat(3), generation: fc.nat(3), scale: fc.nat(3), past: fc.nat(2) },
  want: fc.constantFrom('up' as const, 'idle' as const),
  asleep: fc.option(fc.constant('then'), { nil: undefined }),
  problem: fc.option(fc.constantFrom('torn', 'gone'), { nil: undefined }),
  reload: fc.option(fc.record({ to: fc.nat(3), generation: fc.nat(3), isRollback: fc.boolean() }), { nil: undefined }),
  set: fc.dictionary(fc.constantFrom('config', 'env A'), fc.constantFrom('x', 'y')),
  isUp: fc.boolean(),
  inTrouble: fc.option(fc.record({ isOver: fc.boolean() }), { nil: undefined }),
  runs: fc.uniqueArray(fc.record({ number: fc.integer({ min: 1, max: 5 }), isUp: fc.boolean() }), {
    selector: ({ number }) => number,
  }),
})

test('look() tells nothing twice, whatever changed: what it told is all that it knows', () => {
  const viewOf = ({
    asleep,
    problem,
    reload,
    inTrouble,
    runs,
    latest,
    ...rest
  }: typeof anyView extends fc.Arbitrary<infer T> ? T : never): View => ({
    kind: 'service',
    images: Array.from({ length: latest }, (_, index) => ({ version: index + 1, hash: '', size: 0, pushedAt: '' })),
    latest,
    ...rest,
    isUp: rest.isUp && !inTrouble,
    ...(asleep !== undefined && { asleep }),
    ...(problem !== undefined && { problem }),
    ...(reload && { reload }),
    ...(inTrouble && { inTrouble }),
    runs: runs.map(each => ({ ...run, ...each })),
  })
  fc.assert(
    fc.property(fc.array(anyView, { minLength: 1, maxLength: 5 }), views => {
      const { last } = told(...views.map(viewOf))
      const view = viewOf(views.at(-1) as (typeof views)[number])
      const more = look(last, view, at)
      assert.equal(
        more.map(({ event }) => event.type),
        [],
      )
    }),
  )
})

test.run()
