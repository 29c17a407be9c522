// Which variables the client of an engine gets, and which a run gets within.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { containedBarrier } from '../../../daemon/bounds/contained.ts'
import type { Contained } from '../../../daemon/bounds/container-plan.ts'

const of: Contained = {
  engine: { name: 'podman', version: '4.3.1', init: [] },
  isolate: { by: 'container' },
  view: { data: '/d', cwd: '/', read: [], write: [] },
  there: [],
  key: 'web.1',
  isNode: true,
  sockets: 0,
  hasStdin: false,
  limits: { files: undefined, processes: undefined },
  ids: { uid: 0, gid: 0 },
}
const variables = { SECRET: 'of the run', CONTAINERS_CONF: '/mine', HOME: '/home/run', PATH: '/run/bin' }
const named = (outer: readonly string[]) => outer.flatMap((word, at) => (word === '--env' ? [outer[at + 1]] : []))

test('containedBarrier() lets no variable of a run lead its engine, and gives it all of them within', () => {
  const { outer, inner, env } = containedBarrier(of, variables)
  assert.equal(
    [env.SECRET, env.CONTAINERS_CONF, env.HOME, env.PATH],
    ['of the run', process.env.CONTAINERS_CONF, process.env.HOME, process.env.PATH],
  )
  assert.ok(named(outer).includes('SECRET'))
  assert.not.ok(named(outer).includes('CONTAINERS_CONF'))
  assert.equal(inner, ['/usr/bin/env', 'CONTAINERS_CONF=/mine', 'HOME=/home/run', 'PATH=/run/bin'])
})

test('containedBarrier() leaves an image its own PATH and home, unless the run has others', () => {
  const inImage = { ...of, isolate: { ...of.isolate, image: 'node:24' } }
  const { HOME = '', PATH = '' } = process.env
  const machine = containedBarrier(inImage, { HOME, PATH: `/bins:${PATH}`, A: 'b' })
  assert.equal([machine.inner, named(machine.outer).includes('A')], [[], true])
  assert.equal(containedBarrier(inImage, variables).inner.slice(-2), ['HOME=/home/run', 'PATH=/run/bin'])
})

test('containedBarrier() tells a program that gets sockets the number that it has within', () => {
  const { inner } = containedBarrier({ ...of, isNode: false, sockets: 1 }, {})
  assert.equal(inner.slice(0, 2), ['/bin/sh', '-c'])
  assert.match(inner[2] ?? '', 'LISTEN_PID=$$')
})

test.run()
