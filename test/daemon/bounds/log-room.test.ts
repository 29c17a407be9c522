import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { logRoom } from '../../../daemon/bounds/log-room.ts'

const settings = { logFileBytes: 64, logPodBytes: 2048 }

test('logRoom() is that of the host, or less where the policy of the pod says so, shared by its runs', () => {
  assert.equal(logRoom(settings), { maxFileBytes: 64, maxTotalBytes: 2048 })
  assert.equal(logRoom(settings, { logs: 100 }), { maxFileBytes: 25, maxTotalBytes: 100 })
  assert.equal(logRoom(settings, { logs: 1000 }, { runs: 2 }), { maxFileBytes: 64, maxTotalBytes: 500 })
  assert.equal(logRoom(settings, { logs: 10_000 }, { runs: 0 }), { maxFileBytes: 64, maxTotalBytes: 2048 })
})

test.run()
