// What a host's settings may be. Not here: the file they stand in (e2e/bad-input.test.ts), the page (docs).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { defaultSettings, settingsSchema } from '../../protocol/settings.ts'

const accepts = (settings: Record<string, unknown>) => v.safeParse(settingsSchema, settings).success

test('settingsSchema gives every setting that is left out its default', () => {
  assert.equal(v.parse(settingsSchema, {}), defaultSettings)
  assert.equal(v.parse(settingsSchema, { keepRuns: 7 }), { ...defaultSettings, keepRuns: 7 })
})

test('settingsSchema reads durations with a unit, and only ages may be longer than a hundred years', () => {
  assert.is(v.parse(settingsSchema, { authTimeout: '2s' }).authTimeout, 2000)
  assert.is(v.parse(settingsSchema, { logAge: '100d' }).logAge, 100 * 86_400_000)
  assert.not.ok(accepts({ authTimeout: '40000d' }))
})

test('settingsSchema takes its own defaults', () => {
  assert.equal(v.parse(settingsSchema, defaultSettings), defaultSettings)
})

for (const [name, wrong] of [
  ['maxImageBytes', [0, -1, 1.5, '1', null]],
  ['keepRuns', [0, 0.5, Number.NaN]],
  ['authTimeout', [-1, '1 s', 'soon', true]],
  ['runAge', ['-1d', 'x']],
  ['spares', [-1, 65, 1.5]],
  ['spareModules', ['http', [1]]],
  ['spare', [1]],
] as const) {
  test(`settingsSchema refuses a wrong ${name}`, () => {
    for (const value of wrong) assert.not.ok(accepts({ [name]: value }), JSON.stringify(value))
  })
}

test.run()
