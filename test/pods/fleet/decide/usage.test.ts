import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { coarse, usageNews, withoutUsage } from '../../../../pods/fleet/decide/usage.ts'
import type { Report } from '../../../../pods/fleet/records.ts'

const mb = 1_000_000
const told = (...runs: object[]): Report => ({
  ...{ status: 'up', text: '', turn: 1, up: 1, version: 1, restarts: 0, failed: '' },
  runs: runs.map((run, at) => ({ id: `web.${at}`, ...run })),
})

test('coarse() has halves of a per cent, and two digits of bytes', () => {
  assert.equal(coarse({ cpu: 0.2, memory: 61_234_567 }), { cpu: 0, memory: 61_000_000 })
  assert.equal(coarse({ cpu: 12.3, memory: 1_251_000_000 }), { cpu: 12.5, memory: 1_300_000_000 })
  assert.equal(coarse({ cpu: 0, memory: 0 }), { cpu: 0, memory: 0 })
})

test('usageNews() passes over small changes, wherever they stand beside a rounded value', () => {
  const news = (before: object, now: object) => usageNews(told(before), told(now))
  const used = { cpu: 10, memory: 60 * mb }
  assert.is(news(used, used), 'none')
  assert.is(news(used, { cpu: 11.5, memory: 60 * mb }), 'none')
  assert.is(news(used, { cpu: 10, memory: 71 * mb }), 'none')
  assert.is(news(used, { cpu: 13, memory: 60 * mb }), 'change')
  assert.is(news(used, { cpu: 0, memory: 60 * mb }), 'change')
  assert.is(news(used, { cpu: 10, memory: 80 * mb }), 'change')
  assert.is(news({ cpu: 0, memory: mb }, { cpu: 0.5, memory: 1.5 * mb }), 'none')
})

test('usageNews() tells what is known first, and nothing where nothing is known any more', () => {
  const used = { cpu: 1, memory: mb }
  assert.is(usageNews(told({}), told(used)), 'first')
  assert.is(usageNews(told(used), told(used, used)), 'first')
  assert.is(usageNews(told(used), told({})), 'none')
  assert.is(usageNews(told(used), told()), 'none')
})

test('withoutUsage() leaves all else of a run', () => {
  assert.equal(withoutUsage(told({ cpu: 1, memory: 2, pid: 3 })), told({ pid: 3 }))
})

test.run()
