// What is wanted of a pod. Not here: the file (desired-file.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { type Desired, desiredSchema, imageOf, inPlaceOf, specOf } from '../../../daemon/store/desired.ts'

const image = (version: number) => ({
  version,
  hash: String(version).repeat(64).slice(0, 64),
  size: 1,
  pushedAt: '2026-11-20T10:00:00.000Z',
})

function desired(more: Partial<Desired> = {}): Desired {
  return v.parse(desiredSchema, { v: 1, images: [image(1), image(2)], version: 1, want: 'up', ...more })
}

test('imageOf() is that of the version in force, or the newest where none was started yet', () => {
  assert.is(imageOf(desired())?.version, 1)
  assert.is(imageOf(desired({ version: 0 }))?.version, 2)
  assert.is(imageOf(desired(), 2)?.version, 2)
  assert.is(imageOf(desired({ version: 7 })), undefined)
})

for (const [what, more] of [
  ['image', { version: 2 }],
  ['params', { params: { a: '1' } }],
  ['config', { config: { retries: 3 } }],
  ['generation', { generation: 1 }],
] as const) {
  test(`specOf() is another one where the ${what} is`, () => {
    assert.is.not(specOf(desired(more)), specOf(desired()))
  })
}

for (const [what, more] of [
  ['want', { want: 'idle' }],
  ['scale', { scale: 5 }],
  ['labels', { config: { labels: { a: 'b' } } }],
  ['`may`', { config: { may: 'admin' } }],
  ['a newer version that was pushed', { images: [image(1), image(2), image(3)] }],
] as const) {
  test(`specOf() is the same whatever the ${what}`, () => {
    assert.is(specOf(desired(more as Partial<Desired>)), specOf(desired()))
  })
}

test('specOf() is the same in whatever order params and config stand', () => {
  const one = desired({ params: { a: '1', b: '2' }, config: { env: { A: '1', B: '2' }, retries: 3 } })
  const other = desired({ params: { b: '2', a: '1' }, config: { retries: 3, env: { B: '2', A: '1' } } })
  assert.is(specOf(one), specOf(other))
})

for (const config of [
  { retries: 3 },
  { check: { interval: '1s' } },
  { needs: ['db'] },
  { scale: 2 },
  { limits: { memory: 5e8 } },
  { labels: { a: 'b' } },
]) {
  test(`inPlaceOf() lets runs stay where ${Object.keys(config)} is other, whatever follows`, () => {
    const before = desired({ config: { env: { A: '1' } } })
    const next = desired({ config: { env: { A: '1' }, ...config } as Desired['config'], generation: 1 })
    const kept = inPlaceOf(before, next) as Desired
    assert.is(specOf(kept), specOf(before))
    assert.is(kept.generation, before.generation)
    const again = inPlaceOf(kept, { ...kept, config: { ...kept.config, minUptime: 5 } }) as Desired
    assert.is(specOf(again), specOf(before))
    assert.is.not(specOf({ ...again, generation: 1 }), specOf(before), 'begun anew')
    assert.is.not(specOf({ ...again, params: { a: '1' } }), specOf(before), 'another hand changed the file')
  })
}

for (const [what, more] of [
  ['a variable', { config: { env: { A: '1' } } }],
  ['params', { params: { a: '1' } }],
  ['the version', { version: 2 }],
  ['the niceness', { config: { limits: { nice: 5 } } }],
  ['a port', { config: { listen: 8080 } }],
  ['nothing', {}],
  ['that it is wanted', { want: 'idle' }],
] as const) {
  test(`inPlaceOf() lets no run stay where ${what} is other`, () => {
    assert.is(inPlaceOf(desired(), desired({ ...(more as unknown as Partial<Desired>), generation: 1 })), undefined)
  })
}

test('desiredSchema wants a version, hashes that are some, and nothing unknown', () => {
  const accepts = (value: object) => v.safeParse(desiredSchema, { ...desired(), ...value }).success
  assert.ok(accepts({}))
  assert.not.ok(accepts({ images: [] }))
  assert.not.ok(accepts({ images: [{ ...image(1), hash: 'x' }] }))
  assert.not.ok(accepts({ want: 'down' }))
  assert.not.ok(accepts({ more: 1 }))
})

test.run()
