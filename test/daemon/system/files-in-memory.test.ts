// What is told of mounts. That such files count for a run in a sandbox or a container: e2e/isolation.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { filesInMemory, memoryMounts } from '../../../daemon/system/files-in-memory.ts'

test('memoryMounts() finds what lies in memory, also where a path has a space', () => {
  const text = `22 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 22 0:31 / /tmp rw,nosuid - tmpfs tmpfs rw,size=100k
31 22 0:32 /in /a\\040b rw shared:7 master:2 - tmpfs none rw
32 22 0:33 / /proc rw - proc proc rw
`
  assert.equal(memoryMounts(text), [
    { device: '0:31', path: '/tmp' },
    { device: '0:32', path: '/a b' },
  ])
})

test('filesInMemory() finds nothing for whoever sees the mounts of the host, or is gone', () => {
  assert.is(filesInMemory([process.pid, process.ppid, 2 ** 30]), 0)
})

/** Processes that each see mounts of their own, with as much in each. */
function looksAt({ mounts, processes }: { mounts: number; processes: number }) {
  const places: string[] = []
  const bytes = filesInMemory(
    Array.from({ length: processes }, (_, at) => at + 1),
    {
      spaceOf: pid => `mnt:${pid}`,
      textOf: pid =>
        Array.from({ length: mounts }, (_, at) => `1 1 ${pid}:${at} / /${at} rw - tmpfs none rw`).join('\n'),
      bytesAt: (pid, path) => places.push(`${pid}${path}`) && 7,
    },
  )
  return { bytes, places }
}

test('filesInMemory() looks at a few mounts alone, however many its processes make, and first at what was there first', () => {
  const { bytes, places } = looksAt({ mounts: 1000, processes: 3 })
  assert.equal([bytes, places.length, places[0], places.at(-1)], [64 * 7, 64, '1/0', '1/63'])
  assert.equal(looksAt({ mounts: 1, processes: 100 }).places, ['1/0', '2/0', '3/0', '4/0', '5/0', '6/0', '7/0', '8/0'])
})

test.run()
