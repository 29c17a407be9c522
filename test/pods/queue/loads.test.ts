// What each run of a worker has, and which of them get more.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Loads } from '../../../pods/queue/loads.ts'
import { aWorker } from './made.ts'

const nothing = new Map<string, number>()

function twoRuns() {
  const at = { nowMs: 100 }
  const loads = new Loads(() => at.nowMs)
  const worker = aWorker({ concurrency: 1 }, { up: ['a', 'b'].map((id, slot) => ({ id, slot })) })
  loads.onUp(new Set(['a', 'b']))
  return { at, loads, worker }
}

test('Loads gives the next item to a run that is free, also where others are about to be begun', () => {
  const { loads, worker } = twoRuns()
  assert.is(loads.pick(worker, nothing), 'a')
  assert.is(loads.pick(worker, new Map([['a', 1]])), 'b')
  loads.begin('a')
  loads.begin('b')
  assert.is(loads.pick(worker, nothing), undefined)
  loads.free('b')
  assert.is(loads.pick(worker, nothing), 'b')
})

test('Loads knows since when a run has nothing, and keeps one that is not up for as long as it has something', () => {
  const { at, loads } = twoRuns()
  loads.begin('a')
  at.nowMs = 200
  loads.onUp(new Set(['b']))
  assert.equal(loads.of('a'), { items: 1, idleSinceMs: 100 })
  loads.free('a')
  assert.equal(loads.of('a'), { items: 0, idleSinceMs: 200 })
  at.nowMs = 300
  loads.onUp(new Set(['b']))
  assert.equal(loads.of('a'), { items: 0, idleSinceMs: 300 }, 'it is forgotten')
  assert.equal(loads.of('b'), { items: 0, idleSinceMs: 100 })
})

test('Loads gives nothing to slots that are to go, nor to a run that takes no calls any more until it is back', () => {
  const { loads, worker } = twoRuns()
  const { name } = worker
  loads.limitSlots(name, 1)
  assert.is(loads.pick(worker, new Map([['a', 1]])), undefined)
  loads.limitSlots(name, undefined)
  loads.onGone('a')
  assert.is(loads.pick(worker, nothing), 'b')
  assert.ok(loads.isBack('a'))
  assert.not(loads.isBack('a'))
  assert.is(loads.pick(worker, nothing), 'a')
  loads.onGone('a')
  loads.onUp(new Set(['b']))
  assert.not(loads.isBack('a'), 'the host has said that it is over')
})

test.run()
