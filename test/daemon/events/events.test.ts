// What is told of the pods of a host while it is there, and by the next one of what happened meanwhile. Not here: which events follow
// from which change (look.test.ts), files and readers (journal.test.ts, reading.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { newest } from '../../../daemon/events/reading.ts'
import type { HostEvent } from '../../../protocol/events.ts'
import { until } from '../../until.ts'
import { Inside } from '../inside/host.ts'

const everything = { path: '', role: 'admin' } as const

async function eventsOf(host: Inside, name?: string): Promise<HostEvent[]> {
  const { events } = await newest(host.journal, 10_000, everything)
  return name === undefined ? events : events.filter(({ pod }) => pod === name)
}

const typesOf = (events: readonly HostEvent[]) => events.map(({ type }) => type)

/** All that was told of a pod, once the last of it is of this type. */
async function toldUntil(host: Inside, name: string, type: HostEvent['type']): Promise<HostEvent[]> {
  let events: HostEvent[] = []
  await until(
    async () => {
      events = await eventsOf(host, name)
      return events.at(-1)?.type === type
    },
    `the last that was told of ${name} is ${type}`,
    { everyMs: 2 },
  )
  return events
}

function checkNumbers(events: readonly HostEvent[]): void {
  assert.equal(
    events.map(({ number }) => number),
    events.map((_, index) => index + 1),
  )
}

test('the life of a pod is told, from its push to its removal', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  await toldUntil(host, 'web', 'up')
  await host.do('pod.scale', { name: 'web', scale: 2 })
  await toldUntil(host, 'web', 'up')
  await host.do('pod.env', { name: 'web', set: { TOKEN: 'secret' } })
  await host.do('pod.restart', { name: 'web' })
  await host.do('pod.stop', { name: 'web' })
  await host.do('pod.remove', { name: 'web' })
  const events = await toldUntil(host, 'web', 'removed')
  const types = typesOf(events)
  for (const type of ['pushed', 'started', 'begun', 'ready', 'scaled', 'env-changed', 'restarted', 'stopped', 'ended'])
    assert.ok(types.includes(type as HostEvent['type']), `${type} of ${types.join(' ')}`)
  assert.not.match(JSON.stringify(events), 'secret')
  checkNumbers(await eventsOf(host))
})

test('a crash is told once, with how it ended, and what comes after it', async () => {
  await using host = await Inside.open()
  await host.push('web')
  await host.do('pod.start', { name: 'web' })
  host.machine.shimOf('web.1').end(null, 'SIGSEGV')
  await toldUntil(host, 'web', 'up')
  const events = await until(async () => {
    const all = await eventsOf(host, 'web')
    return all.filter(({ type }) => type === 'up').length === 2 && all
  }, 'it is up again')
  const crashed = events.filter(({ type }) => type === 'crashed')
  assert.equal(
    crashed.map(event => event.type === 'crashed' && [event.run, event.signal]),
    [['web.1', 'SIGSEGV']],
  )
})

test('a pod gives up when the last of its runs is tried no more, and that is told once', async () => {
  await using host = await Inside.open()
  await host.push('web')
  host.machine.onShim = shim => {
    shim.comesUp = false
  }
  const config = { scale: 2, giveUp: 'after 1', startTimeout: '1h' }
  const failed = host.do('pod.start', { name: 'web', config }).catch(error => error)
  await until(() => host.machine.shims.filter(({ assignment }) => assignment).length === 2, 'both are begun')
  const toldOf = async (count: number, type: HostEvent['type']) =>
    await until(async () => {
      const types = typesOf(await eventsOf(host, 'web'))
      return types.filter(each => each === type).length === count && types
    }, `${count} of ${type} are told`)
  host.machine.shimOf('web.1').end(1, null)
  await host.becomes('web', 'error')
  // A push is looked at, as anything is that happens to the pod.
  await host.push('web', { code: '// 2\n' })
  assert.not((await toldOf(2, 'pushed')).includes('gave-up'))
  host.machine.shimOf('web.2').end(1, null)
  await toldOf(1, 'gave-up')
  await host.push('web', { code: '// 3\n' })
  assert.is((await toldOf(3, 'pushed')).filter(type => type === 'gave-up').length, 1)
  assert.is((await failed).code, 'start_failed')
})

test('a host that is killed leaves no gap: the next one tells what happened, and nothing twice', async () => {
  const before = await Inside.open()
  await before.push('web')
  await before.push('db')
  await before.do('pod.start', { name: 'web' })
  await before.do('pod.start', { name: 'db' })
  await toldUntil(before, 'web', 'up')
  const told = await eventsOf(before)
  await before.leave()
  before.machine.shimOf('db.1').end(1, null)
  const shim = before.machine.shimOf('web.1')
  await using host = await Inside.open({ after: before })
  shim.unlink()
  shim.dial('up')
  const events = await until(async () => {
    const all = await eventsOf(host)
    const types = typesOf(all)
    return types.includes('adopted') && types.includes('crashed') && all
  }, 'it is told what became of both')
  assert.equal(events.slice(0, told.length), told)
  assert.equal(typesOf(events.slice(told.length)).slice(0, 2), ['host-lost', 'host-started'])
  assert.is(events.filter(({ type }) => type === 'crashed').length, 1)
  assert.is(events.filter(({ type, pod }) => type === 'up' && pod === 'web').length, 1)
  checkNumbers(events)
})

test.run()
