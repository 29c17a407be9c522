// What whoever listens at the path of a fleet is told when the fleet goes over to another engine: on a host that only notes what is mounted.
import type { Handlers, P8a } from 'p8a'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { Mounts } from '../../../../pods/fleet/host/mounts.ts'

const test = suite('mounts')

type Asked = { signal: AbortSignal; follow?: boolean }
type Telling = (asked: Asked) => AsyncGenerator<string, void, undefined>

/** Tells one thing, and then nothing until the signal is aborted; `begun`: who was asked, and with what. */
const member = (name: string, begun: string[] = []): Handlers => {
  const tell: Telling = async function* ({ signal, follow = true }) {
    begun.push(`${name} ${follow}`)
    yield name
    if (follow && !signal.aborted) await new Promise(resolve => signal.addEventListener('abort', resolve))
  }
  return { watch: tell, logs: tell, events: tell, info: () => ({ name }) } as unknown as Handlers
}

function mounted(handlers: Handlers) {
  const all: Record<string, (asked: Asked) => unknown>[] = []
  const host = (_: string, given: never) => {
    all.push(given)
    return { own: {}, scope: () => ({ host }), close: () => {} }
  }
  const mounts = new Mounts({ host } as unknown as P8a, { path: 'fleet', host: 'a', handlers })
  const [fleet = {}] = all
  const tell = (verb: string, asked: Asked) => (fleet[verb] as Telling)(asked)
  return { mounts, fleet, tell }
}

test('a watch goes on with what the next member tells, and others are answered by that', async () => {
  const { mounts, fleet, tell } = mounted(member('first'))
  const ending = new AbortController()
  const watch = tell('watch', { signal: ending.signal })
  assert.is((await watch.next()).value, 'first')
  const next = watch.next()
  mounts.use(member('second'))
  assert.is((await next).value, 'second')
  assert.equal(fleet.info?.({ signal: ending.signal }), { name: 'second' })
  const last = watch.next()
  ending.abort()
  assert.is((await last).done, true)
})

test('whoever follows lines or events is told to ask again, and is answered by the next member', async () => {
  const { mounts, tell } = mounted(member('first'))
  const { signal } = new AbortController()
  for (const verb of ['logs', 'events']) {
    const following = tell(verb, { signal })
    await following.next()
    const next = following.next().catch(error => error)
    mounts.use(member('second'))
    assert.is((await next).code, 'host_gone')
    assert.is((await tell(verb, { signal }).next()).value, 'second')
  }
})

test('what has an end has it, whichever member has told it', async () => {
  const begun: string[] = []
  const { tell } = mounted(member('first', begun))
  const { signal } = new AbortController()
  const lines: string[] = []
  for await (const line of tell('logs', { signal, follow: false })) lines.push(line)
  assert.equal([lines, begun], [['first'], ['first false']])
})

test.run()
