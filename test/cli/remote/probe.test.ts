import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseAddress } from '../../../cli/client/address.ts'
import { podCount, probe } from '../../../cli/remote/probe.ts'
import { scratch } from '../../scratch.ts'
import { type Behaviour, fakeHost } from '../client/fake-host.ts'
import { info } from '../commands/doing.ts'

/** What is found where a host behaves like this. */
async function found(behave: Behaviour | undefined) {
  using at = scratch()
  await using _host = behave && (await fakeHost(at.path('sock'), behave))
  const remote = {
    name: 'x',
    address: parseAddress(`unix:${at.path('sock')}`),
    path: '',
    token: undefined,
    fingerprint: undefined,
  }
  return await probe(remote, { dataDir: at.dir, token: undefined }, 300)
}

test('probe() says what a host is that answers', async () => {
  const pods = { up: 2, idle: 1 }
  assert.equal(await found((_, { answer }) => answer({ ...info, pods })), { answers: true, version: '1.2.3', pods: 3 })
})

test('probe() says why one cannot be used: it is not there, refuses, or says nothing in time', async () => {
  const codeOf = async (behave: Behaviour | undefined) => {
    const result = await found(behave)
    return result.answers ? 'answers' : result.code
  }
  assert.is(await codeOf(undefined), 'host_unreachable')
  assert.is(await codeOf((_, { refuse }) => refuse('unauthorized', 'no')), 'unauthorized')
  assert.is(await codeOf(() => {}), 'timeout')
})

test('podCount() counts pods in whatever state', () => {
  assert.is(podCount({ ...info, pods: { up: 2, error: 1 } } as never), 3)
})

test.run()
