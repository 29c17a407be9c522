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

test.run()
