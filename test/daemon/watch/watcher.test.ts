// How one who watches gets changes: all of them in order, or a snapshot where it was too slow.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Watcher } from '../../../daemon/watch/watcher.ts'
import type { PodChange } from '../../../protocol/changes.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { failsWith } from '../../fails.ts'
import { podStatus } from '../../pod-status.ts'

const never = new AbortController().signal

function removed(name: string): PodChange {
  return { type: 'removed', path: '', name }
}

const by = { name: 'local', role: 'admin', path: '' } as const

function watcher(pods: string[] = []) {
  const names = pods
  return new Watcher({ path: '', within: false, by, snapshot: () => names.map(name => podStatus(name)) })
}

test('next() begins with a snapshot of how all are when it is asked, and nothing before that is told twice', async () => {
  const names = ['web']
  const one = watcher(names)
  one.push([removed('old')])
  names.push('db')
  assert.equal(await one.next(never), [{ type: 'snapshot', pods: [podStatus('web'), podStatus('db')] }])
  one.push([removed('db')])
  assert.equal(await one.next(never), [removed('db')])
})

test('next() waits for a change, and gives all that came at once in their order', async () => {
  const one = watcher()
  await one.next(never)
  const waiting = one.next(never)
  one.push([removed('a')])
  one.push([removed('b'), removed('c')])
  assert.equal(await waiting, [removed('a'), removed('b'), removed('c')])
})

test('one that does not take what comes gets a snapshot in its place, and only so much is kept for it', async () => {
  const one = watcher(['web'])
  await one.next(never)
  for (let count = 0; count < 10_000; count++) one.push([removed(`p${count}`)])
  assert.equal(await one.next(never), [{ type: 'snapshot', pods: [podStatus('web')] }])
  one.push([removed('last')])
  assert.equal(await one.next(never), [removed('last')])
})

test('one that is ended is given what came before, and then the error', async () => {
  const one = watcher()
  await one.next(never)
  one.push([removed('a')])
  one.end(new P8aError('host_gone', 'It is gone'))
  assert.equal(await one.next(never), [removed('a')])
  await failsWith('host_gone', () => one.next(never))
})

test('one that does not wait any more gets nothing', async () => {
  const one = watcher()
  await one.next(never)
  const leaving = new AbortController()
  const waiting = one.next(leaving.signal)
  leaving.abort()
  assert.equal(await waiting, [])
})

test('covers() is about its own host, or about those within it too', () => {
  const within = new Watcher({ path: 'team', within: true, by, snapshot: () => [] })
  const alone = new Watcher({ path: 'team', within: false, by, snapshot: () => [] })
  for (const [path, byWithin, byAlone] of [
    ['team', true, true],
    ['team.tools', true, false],
    ['teams', false, false],
    ['', false, false],
  ] as const) {
    assert.is(within.covers(path), byWithin, path)
    assert.is(alone.covers(path), byAlone, path)
  }
})

test.run()
