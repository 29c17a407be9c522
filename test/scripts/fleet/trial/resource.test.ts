// The guarded resource: what it makes of the uses that runs tell it.
import { once } from 'node:events'
import { connect } from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { GuardedResource } from '../../../../scripts/fleet/trial/resource.ts'
import { scratch } from '../../../scratch.ts'
import { until } from '../../../until.ts'

type Use = [pid: number, atMs: number]

/** Each first use of a run is its begin. */
async function used(uses: Use[]): Promise<GuardedResource> {
  using at = scratch()
  const resource = await GuardedResource.open(at.path('sock'), 1000)
  const socket = connect(resource.path)
  await once(socket, 'connect')
  const begun = new Set<number>()
  for (const [pid, atMs] of uses) {
    socket.write(`${JSON.stringify({ pod: 'p', pid, what: begun.has(pid) ? 'beat' : 'begin', atMs })}\n`)
    begun.add(pid)
  }
  await until(() => resource.uses === uses.length, 'all is heard')
  socket.destroy()
  await resource.close()
  return resource
}

test('overlaps() has nothing of runs that follow each other, also where the last word of one is heard late', async () => {
  const { refused, ...resource } = await told([
    [1, 0],
    [1, 100],
    [2, 200],
    [1, 150],
    [2, 300],
  ])
  assert.equal(resource.overlaps, [])
  assert.is(refused, 1)
  assert.equal(resource.gaps, [50])
})

test('overlaps() has two runs that lived at once, and for how long', async () => {
  const { overlaps } = await told([
    [1, 0],
    [2, 100],
    [1, 140],
    [2, 300],
  ])
  assert.equal(overlaps, [{ pod: 'p', older: 1, newer: 2, ms: 40, isLate: false }])
})

test('overlaps() knows a run that had stood still by the silence before it, and takes one that goes on for no such', async () => {
  const begin: Use[] = [
    [1, 0],
    [2, 5000],
    [2, 5900],
    [2, 6800],
    [2, 7700],
    [2, 8600],
    [1, 6000],
    [1, 6100],
  ]
  const late = await told(begin)
  assert.equal(late.overlaps, [{ pod: 'p', older: 1, newer: 2, ms: 100, isLate: true }])
  assert.is(late.refused, 2)
  const [goesOn] = (await told([...begin, [1, 7000], [1, 7900], [1, 8500]])).overlaps
  assert.equal(goesOn, { pod: 'p', older: 1, newer: 2, ms: 2500, isLate: false })
})

async function told(uses: Use[]) {
  const resource = await used(uses)
  return { refused: resource.refused, overlaps: resource.overlaps(), gaps: resource.gaps('p') }
}

test.run()
