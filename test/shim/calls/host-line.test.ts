import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { P8aError } from '../../../protocol/errors.ts'
import { hostLine } from '../../../shim/calls/host-line.ts'
import type { Link } from '../../../shim/link/link.ts'
import { failsWith } from '../../fails.ts'

type Peer = { request: () => Promise<unknown>; open?: (method: string, params: unknown, options: object) => unknown }

/** A link that has these hosts one after the other: the next once one has answered that it is gone. */
function linked(...peers: (Peer | undefined)[]) {
  const link = {
    get peer() {
      return peers[0]
    },
    connected: async () => peers[0],
  }
  return { line: hostLine(link as unknown as Link), next: () => void peers.shift() }
}

const gone = () => Promise.reject(new P8aError('host_gone', 'The host is gone'))
const subscribers = { path: '', have: [] }

test('ask() asks the next host where one goes away before it answers', async () => {
  const { line, next } = linked(
    {
      request: async () => {
        next()
        return await gone()
      },
    },
    { request: async () => 'answered' },
  )
  assert.is(await line.ask('subscribers', subscribers), 'answered' as unknown)
})

test('ask() fails as the host answers, also where another host is gone', async () => {
  for (const [code, request] of [
    ['pod_not_up', () => Promise.reject(new P8aError('pod_not_up', 'it is idle'))],
    ['host_gone', gone],
  ] as const) {
    await failsWith(code, () => linked({ request }).line.ask('subscribers', subscribers))
  }
})

test('openOnce() asks once, for a value where nothing else is said', async () => {
  const opened: unknown[] = []
  const open = (...args: unknown[]) => {
    opened.push(args)
    return gone()
  }
  const { line } = linked({ request: gone, open })
  await failsWith('host_gone', () => line.openOnce('subscribers', subscribers, { timeoutMs: 5 }))
  assert.equal(opened, [['subscribers', subscribers, { takes: undefined, timeoutMs: 5 }]])
})

test('isGone is whether there is no host now', () => {
  assert.equal([linked({ request: gone }).line.isGone, linked().line.isGone], [false, true])
})

test.run()
