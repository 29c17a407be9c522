import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { type Loading, type LoadingEvent, loadingMs, nextLoading } from '../../../daemon/spare/loading.ts'

const test = suite('loading')

/** What follows from events, each at its time. */
function after(...events: [atMs: number, event: LoadingEvent][]): Loading {
  return events.reduce<Loading>((loading, [atMs, event]) => nextLoading(loading, event, atMs), new Map())
}

const taken = (ticket: string): LoadingEvent => ({ type: 'taken', ticket })
const loaded = (ticket: string): LoadingEvent => ({ type: 'loaded', ticket })

test('nothing is waited for where nothing loads', () => {
  assert.is(loadingMs(new Map(), 5), 0)
  assert.is(loadingMs(after([0, loaded('a')]), 5), 0)
})

test('a run that has taken a spare is waited for until it is up, for a second', () => {
  const loading = after([100, taken('a')])
  assert.is(loadingMs(loading, 100), 1000)
  assert.is(loadingMs(loading, 1099), 1)
  assert.is(loadingMs(loading, 1100), 0)
  assert.is(loadingMs(loading, 5000), 0)
  assert.is(loadingMs(nextLoading(loading, loaded('a'), 120), 120), 0)
})

test('of several, the last one counts; what is late is forgotten', () => {
  const loading = after([0, taken('a')], [300, taken('b')])
  assert.is(loadingMs(loading, 300), 1000)
  assert.is(loadingMs(nextLoading(loading, loaded('b'), 400), 400), 600)
  assert.is(loadingMs(nextLoading(loading, loaded('a'), 400), 400), 900)
  assert.equal([...nextLoading(loading, taken('c'), 1000).keys()], ['b', 'c'])
})

test('after a start that found no spare, none is waited for', () => {
  assert.is(nextLoading(after([0, taken('a')], [10, taken('b')]), { type: 'missed' }, 20).size, 0)
})

test.run()
