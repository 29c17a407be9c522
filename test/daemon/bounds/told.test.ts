import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { limitsTold } from '../../../daemon/bounds/told.ts'

test('limitsTold() names each limit with what holds it', () => {
  assert.equal(limitsTold({ memory: 100, files: 64 }), [
    { name: 'memory', most: 100, by: 'watched' },
    { name: 'memoryMax', most: 150, by: 'watched' },
    { name: 'files', most: 64, by: 'process' },
  ])
  const held = new Set(['cpu', 'memory', 'pids'])
  assert.equal(
    limitsTold({ memory: 100, cpu: 0.5, nice: 3 }, held).map(({ name, by }) => [name, by]),
    [
      ['memory', 'watched'],
      ['memoryMax', 'cgroup'],
      ['cpu', 'cgroup'],
      ['nice', 'process'],
    ],
  )
})

test.run()
