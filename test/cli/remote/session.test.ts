// A connection that is made again whenever it is lost.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseAddress } from '../../../cli/client/address.ts'
import { Session, type SessionOptions } from '../../../cli/remote/session.ts'
import { failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'
import { type Behaviour, fakeHost } from '../client/fake-host.ts'
import { info } from '../commands/doing.ts'

const answers: Behaviour = ({ method }, { answer }) => answer(method === 'host.info' ? info : { pods: [] })

function optionsFor(at: Scratch, more: Partial<SessionOptions> = {}): SessionOptions & { told: string[] } {
  const told: string[] = []
  return {
    remote: {
      name: 'x',
      address: parseAddress(`unix:${at.path('sock')}`),
      path: '',
      token: undefined,
      fingerprint: undefined,
    },
    reach: { dataDir: at.dir, token: undefined },
    tell: text => void told.push(text),
    signal: new AbortController().signal,
    told,
    ...more,
  }
}

test('connected() dials again when the host is back, and says so', async () => {
  using at = scratch()
  const options = optionsFor(at)
  const lost = Promise.withResolvers<void>()
  let session: Session
  {
    await using _first = await fakeHost(at.path('sock'), answers)
    session = await Session.open(options)
    session.onLost = lost.resolve
    await session.connected()
    assert.equal(options.told, [])
  }
  await lost.promise
  const connected = session.connected()
  await using _second = await fakeHost(at.path('sock'), answers)
  await connected
  assert.equal(await session.host.call('pod.list', {}), { pods: [] })
  assert.equal(options.told, ['Connection lost. Reconnecting...', ' done!\n'])
  session.close()
})

test('connected() gives up after its patience, and at once when its signal ends', async () => {
  for (const [more, code] of [
    [{ patienceMs: 100 }, 'host_unreachable'],
    [{ signal: AbortSignal.abort() }, 'timeout'],
  ] as const) {
    using at = scratch()
    const options = optionsFor(at, more)
    const lost = Promise.withResolvers<void>()
    let session: Session
    {
      await using _host = await fakeHost(at.path('sock'), answers)
      session = await Session.open(options)
      session.onLost = lost.resolve
    }
    await lost.promise
    await failsWith(code, () => session.connected())
    session.close()
  }
})

test('connected() throws what is no absence of a host', async () => {
  using at = scratch()
  const options = optionsFor(at)
  const lost = Promise.withResolvers<void>()
  let session: Session
  {
    await using _host = await fakeHost(at.path('sock'), answers)
    session = await Session.open(options)
    session.onLost = lost.resolve
  }
  await lost.promise
  await using _host = await fakeHost(at.path('sock'), (_, { refuse }) => refuse('unauthorized', 'who are you'))
  await failsWith('unauthorized', () => session.connected())
  session.close()
})

test.run()
