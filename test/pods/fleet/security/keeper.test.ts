// An engine of p8a's own, with real servers: what a credential may do, and what happens when it is revoked, or a certificate expires. What the
// commands make of it is tried in test/e2e/fleet-credentials.test.ts.
import { createHash } from 'node:crypto'
import { copyFileSync } from 'node:fs'
import { connect, headers } from '@nats-io/transport-node'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { askedFencing, GuardedFencing } from '../../../../pods/fleet/host/fencing.ts'
import { Tables } from '../../../../pods/fleet/host/tables.ts'
import { firstOf } from '../../../../pods/fleet/image/first.ts'
import type { NatsEngine } from '../../../../pods/fleet/nats/engine.ts'
import { whyOf as whyOfError } from '../../../../pods/fleet/nats/failures.ts'
import { whoAndWhere } from '../../../../pods/fleet/nats/link.ts'
import { BusError, type Outcome } from '../../../../pods/fleet/port/ports.ts'
import { readRecord, recordVersion, writeRecord } from '../../../../pods/fleet/records.ts'
import { newKeypair, signServer } from '../../../../pods/fleet/security/certificates.ts'
import { userToken } from '../../../../pods/fleet/security/claims.ts'
import { FencingHere } from '../../../../pods/fleet/security/fencing-here.ts'
import type { AskedToLeave } from '../../../../pods/fleet/security/invite.ts'
import { writeKeeping } from '../../../../pods/fleet/security/keeping.ts'
import { readKeys } from '../../../../pods/fleet/security/keys.ts'
import { newSeed, publicOf } from '../../../../pods/fleet/security/nkeys.ts'
import { silentOf } from '../../../../pods/fleet/security/probing.ts'
import { hostRights, imagesOf, inboxOf, stateOf } from '../../../../pods/fleet/security/rights.ts'
import { askKeeper } from '../../../../pods/fleet/security/serving.ts'
import { writeWhole } from '../../../../pods/whole-file.ts'
import { errorOf } from '../../../fails.ts'
import { freePort } from '../../../free-port.ts'
import { needs } from '../../../needs.ts'
import { scratch } from '../../../scratch.ts'
import { natsServer } from '../../../system.ts'
import { until } from '../../../until.ts'
import { Founded } from './founded.ts'

const test = suite('keeper')
const withNats = needs(test, 'nats-server')

let founded: Founded
let a: NatsEngine
let b: NatsEngine

test.before(async () => {
  if (!natsServer()) return
  founded = await Founded.open()
  a = await founded.engineOf(founded.settings.credential)
  b = await founded.join('b')
})
test.after(async () => {
  await founded?.[Symbol.asyncDispose]()
})

const bytes = Buffer.from('{}')
const whyOf = (outcome: Outcome<unknown>) => (outcome.ok ? 'done' : outcome.why)
const busWhyOf = async (asked: Promise<unknown>) => {
  const error = await asked.then(
    () => undefined,
    failure => failure,
  )
  return error instanceof BusError ? error.why : error
}

withNats('a host writes what is its own and what is wanted of pods, reads all, and is asked and asks', async () => {
  for (const key of ['host.b', 'report.b.web', 'pod.web', 'duty.a'])
    assert.is(whyOf(await b.state.put(key, bytes, 'any')), 'done', key)
  assert.ok((await a.state.get('host.b')).ok)
  b.bus.serve('host.b.do', async frame => frame)
  await until(
    async () => (await busWhyOf(a.bus.request('host.b.do', bytes, { timeoutMs: 5000 }))) === undefined,
    'it answers',
  )
  const hash = 'f'.repeat(64)
  assert.is(whyOf(await b.blobs.put(hash, ReadableStream.from([Buffer.alloc(3_000_000, 'x')]))), 'done')
  const opened = await a.blobs.open(hash)
  let size = 0
  if (opened.ok && opened.value) for await (const part of opened.value) size += part.byteLength
  assert.is(size, 3_000_000)
  assert.equal([a.denied, b.denied], [[], []])
})

withNats('a host cannot write what another one tells, nor what the keepers keep, and is told so', async () => {
  for (const key of ['host.b', 'report.b.web', 'fleet', 'account', 'member.a', 'member.b', 'invite.x'])
    assert.is(whyOf(await a.state.put(key, bytes, 'any')), 'denied', key)
  assert.is(whyOf(await a.state.del('host.b', 'any')), 'denied')
  assert.ok((await a.state.get('host.b')).ok)
})

withNats(
  'a host cannot answer in the place of another, read what is answered to it, or leave in its name',
  async () => {
    const at = await connect(whoAndWhere(founded.settings))
    const member = await founded.keeper.members.member('b')
    const refused = async (subject: string) => {
      const heard = Promise.withResolvers<string>()
      at.subscribe(subject, { callback: error => void (error && heard.resolve(error.message)) })
      assert.match(await heard.promise, /Permissions Violation for Subscription/)
    }
    await refused(`p8a.f.host.b.do`)
    await refused('p8a.f.host.*.do')
    await refused(`${inboxOf(member?.key ?? '')}.>`)
    await refused('_INBOX.>')
    await refused('_INBOX.*.>')
    await refused('p8a.f.keeper.fence')
    await refused(`${imagesOf('f')}.>`)
    await refused('>')
    await at.close()
    assert.is(await busWhyOf(a.bus.request('keeper.leave.b', bytes, { timeoutMs: 5000 })), 'denied')
    assert.is(await busWhyOf(a.bus.request('keeper.join.x', bytes, { timeoutMs: 5000 })), 'denied')
    assert.is(await busWhyOf(a.bus.request('host.b.event.b', bytes, { timeoutMs: 5000 })), 'denied')
    assert.is(await busWhyOf(a.bus.request('host.b.event.a', bytes, { timeoutMs: 5000 })), 'not_delivered')
  },
)

withNats(
  'images stay as they were put: no host takes one away, changes it, or puts in the name of another',
  async () => {
    const image = Buffer.alloc(300_000, 'image ')
    const hash = createHash('sha256').update(image).digest('hex')
    const junk = async (from: NatsEngine) => assert.ok((await from.blobs.put(hash, ReadableStream.from([bytes]))).ok)
    const right = async () =>
      await firstOf(a.blobs, hash, found => assert.is(createHash('sha256').update(found).digest('hex'), hash))
    await junk(a)
    assert.equal(await b.blobs.has(hash), { ok: true, value: false }, 'b relies on nothing that others put')
    assert.match((await errorOf(right)).message, /Expected/)
    assert.ok((await b.blobs.put(hash, ReadableStream.from([image]))).ok)
    await junk(a)
    await right()
    const at = await connect(whoAndWhere(founded.settings))
    const asked = await at.request(`$JS.API.STREAM.INFO.${imagesOf('f')}`, JSON.stringify({ subjects_filter: '>' }))
    const { subjects: all } = asked.json<{ state: { subjects: Record<string, number> } }>().state
    const subjects = Object.keys(all).filter(subject => subject.includes(hash))
    const [ofB, ofA] = ['b', 'a'].map(host => subjects.filter(one => one.startsWith(`${imagesOf('f')}.${host}.`)))
    assert.equal([ofB?.length, ofA?.length], [4, 4])
    for (const subject of ofB ?? [])
      assert.match((await at.request(subject, '{}').catch(error => error)).message, /Permissions Violation/)
    for (const rollup of ['', 'all', 'sub']) {
      const marks = headers()
      if (rollup !== '') marks.set('Nats-Rollup', rollup)
      const answer = await at.request(ofA?.[0] ?? '', '{}', { timeout: 5000, headers: marks })
      const refused = /maximum messages per subject exceeded|rollup not permitted/
      assert.match(answer.json<{ error?: { description: string } }>().error?.description ?? '', refused)
    }
    await at.close()
    await right()
  },
)

withNats(
  'an answer that is to go to what only another may write forges nothing, and no host or keeper gives one',
  async () => {
    const { members, cluster, engine } = founded.keeper
    const servers = JSON.stringify((await cluster.read()).record)
    assert.ok((await b.state.put('pod.forged', Buffer.from('{"forged":1}'), 'any')).ok)
    const at = await connect(whoAndWhere(founded.settings))
    const kv = `$KV.${stateOf('f')}`
    const read = JSON.stringify({ last_by_subj: `${kv}.pod.forged` })
    const direct = await at.request(`$JS.API.DIRECT.GET.KV_${stateOf('f')}`, read).catch(error => error)
    assert.match(direct.message, /Permissions Violation/)
    const replies = [...['engine', 'fleet', 'host.b'].map(key => `${kv}.${key}`)]
    for (const reply of ['p8a.f.keeper.leave.b', ...replies]) {
      at.publish('p8a.f.host.b.do', '{"forged":1}', { reply })
      at.publish(`$JS.API.STREAM.MSG.GET.KV_${stateOf('f')}`, read, { reply })
    }
    await at.flush()
    // What b and the keeper answer to this, they answer behind all that was asked before.
    assert.is(await busWhyOf(a.bus.request('host.b.do', bytes, { timeoutMs: 60_000 })), undefined)
    const nothing = { host: 'b', rev: '0', rest: { values: new Map(), held: [] } }
    assert.is(whyOf(await askedFencing(a.bus).forget(nothing)), 'conflict')
    await until(async () => {
      const found = await engine.state.get('host.b')
      return found.ok && found.value && Buffer.from(found.value.value).toString().includes('stream_msg_get_response')
    }, 'the server has spoilt a value')
    for (const reply of ['host.b', 'engine', 'fleet']) {
      const found = await engine.state.get(reply)
      assert.ok(found.ok)
      assert.not.match(Buffer.from(found.value?.value ?? '').toString(), /^.{0,3}"forged"/)
    }
    assert.is((await members.member('b'))?.name, 'b', 'b has not left')
    assert.is(JSON.stringify((await cluster.read()).record), servers)
    await until(async () => {
      founded.keeper.settle()
      const found = await b.state.get('engine')
      return found.ok && found.value && readRecord('engine', found.value.value)
    }, 'its keeper tells again which servers there are')
    await until(async () => {
      const found = await b.state.get('fleet')
      return found.ok && found.value && readRecord('fleet', found.value.value)?.id === 'f'
    }, 'and which fleet it is')
    assert.ok((await b.state.put('host.b', bytes, 'any')).ok)
    await at.close()
  },
)

withNats(
  'a host cannot remove, empty or change what the fleet is kept in, and the doctor can name what was refused',
  async () => {
    const at = await connect(whoAndWhere(founded.settings))
    for (const stream of [`KV_${stateOf('f')}`, imagesOf('f')])
      for (const verb of ['DELETE', 'PURGE', 'UPDATE', 'MSG.DELETE', 'SNAPSHOT']) {
        const failure = await at.request(`$JS.API.STREAM.${verb}.${stream}`, '{}').catch(error => error)
        assert.match(failure.message, /Permissions Violation/, verb)
      }
    assert.match((await at.request('$JS.API.STREAM.CREATE.other', '{}').catch(error => error)).message, /Permissions/)
    for (const rollup of ['all', 'sub']) {
      const marks = headers()
      marks.set('Nats-Rollup', rollup)
      const answer = await at.request(`$KV.${stateOf('f')}.pod.web`, '{}', { timeout: 5000, headers: marks })
      assert.match(answer.json<{ error?: { description: string } }>().error?.description ?? '', /rollup not permitted/)
    }
    await at.close()
    assert.ok(await founded.keeper.members.member('b'))
    assert.ok(
      a.denied.some(one => one.startsWith('publish ') && one.endsWith('.member.b')),
      a.denied.join(),
    )
  },
)

withNats('without the right to answer flow control, a watch falls silent, and the doctor can name why', async () => {
  const seed = newSeed('user')
  const [user, keys] = [publicOf(seed), await readKeys(founded.dir)]
  assert.ok(keys)
  const all = hostRights('f', { host: 'mute', key: user })
  const rights = { ...all, publish: all.publish.filter(one => !one.startsWith('$JS.FC.')) }
  const mute = await founded.engineOf({ seed, token: userToken(keys.account, { user, name: 'mute', rights }) })
  const { state } = founded.keeper.engine
  for (let at = 0; at < 100; at++) assert.ok((await state.put(`pod.full${at}`, Buffer.alloc(60_000, 'x'), 'any')).ok)
  const ending = new AbortController()
  const watching = (async () => {
    for await (const _ of mute.state.watch('pod', ending.signal));
  })()
  await until(() => mute.denied.some(one => one.includes('$JS.FC.')), 'it is named')
  ending.abort()
  await watching
  for (let at = 0; at < 100; at++) await state.del(`pod.full${at}`, 'any')
})

withNats('a keeper declares dead only what is dead as it sees it, and forgets only that', async () => {
  const record = {
    ...{ v: recordVersion, id: 'id-dead', session: 's', beat: 1, tags: [], memory: 1, p8a: '', atMs: 1, pods: {} },
    ...{ name: 'dead', isFenced: false },
  }
  const put = await founded.keeper.engine.state.put('host.dead', writeRecord('host', record), 'any')
  assert.ok(put.ok)
  const asked = askedFencing(b.bus)
  const rev = put.ok ? put.value : ''
  const living = await b.state.get('host.b')
  const revOfB = living.ok ? (living.value?.rev ?? '') : ''
  assert.is(whyOf(await asked.declareDead({ record: { ...record, name: 'b' }, rev: revOfB })), 'conflict')
  assert.is(whyOf(await asked.declareDead({ record, rev: '0' })), 'conflict')
  const dead = await until(async () => {
    const outcome = await asked.declareDead({ record, rev })
    return outcome.ok && outcome
  }, 'the keeper has seen its record')
  assert.is(whyOf(await asked.forget({ host: 'b', rev: revOfB, rest: { values: new Map(), held: [] } })), 'conflict')
  assert.is(whyOf(await asked.forget({ host: 'dead', rev: dead.value, rest: { values: new Map(), held: [] } })), 'done')
})

withNats('a host with a server declares dead by itself, without its keeper, until its server is to leave', async () => {
  const { cluster, engine, members } = founded.keeper
  const { record: before, rev } = await cluster.read()
  const [own] = before.servers
  assert.ok(own)
  const dead = {
    ...{ v: recordVersion, id: 'id-dead', session: 's', beat: 1, tags: [], memory: 1, p8a: '', atMs: 1, pods: {} },
    ...{ name: 'dead', isFenced: false },
  }
  const sign = async (key: string) => (await askKeeper(b.bus, 'b', { do: 'fence', key })).token ?? ''
  const fencing = new GuardedFencing(b.bus)
  const logged: string[] = []
  const here = new FencingHere({
    ...{
      fleet: 'f',
      host: 'b',
      hostId: 'id-b',
      storage: `${founded.dir}/b`,
      fencing,
      sign,
      log: text => logged.push(text),
    },
    engine: () => founded.settings,
  })
  await here.follow(true)
  assert.match(logged.join(), /host "b" gives no server/)
  assert.is(fencing.own, undefined)
  const given = { ...before, servers: [own, { ...own, name: 'given', host: 'b' }] }
  assert.ok((await engine.hidden.put('engine', writeRecord('engine', given), rev)).ok)
  await here.follow(true)
  const opened = fencing.own as NatsEngine
  await until(() => opened.isUp, 'its credential is good')
  const first = (await members.member('b'))?.fencingKey
  await here.follow(true)
  assert.is((await members.member('b'))?.fencingKey, first)
  const put = await engine.state.put('host.dead', writeRecord('host', dead), 'any')
  assert.ok(put.ok)
  await founded.keeper.close()
  const declared = await fencing.declareDead({ record: dead, rev: put.value })
  assert.ok(declared.ok)
  assert.is(whyOf(await fencing.declareDead({ record: dead, rev: put.value })), 'conflict')
  const rest = { values: new Map(), held: [] }
  assert.is(whyOf(await fencing.forget({ host: 'dead', rev: declared.value, rest })), 'done')
  for (const key of ['fleet', 'account', 'engine', 'member.b'])
    assert.is(whyOf(await opened.state.put(key, bytes, 'any')), 'denied', key)
  await founded.restartKeeper()
  await until(() => founded.keeper.engine.isUp, 'its keeper is back')
  assert.ok(await founded.keeper.removeServers('b'))
  await until(() => !opened.isUp && opened.isRefused, 'its credential is void')
  assert.ok(b.isUp, 'that which it has as a host is not')
  assert.is((await founded.keeper.members.member('b'))?.fencingKey, undefined)
  await here.follow(true)
  assert.is(fencing.own, undefined, 'it is given no other one')
  assert.is(whyOf(await b.state.put('host.b', bytes, 'any')), 'done')
  await here.close()
  const { rev: now } = await founded.keeper.cluster.read()
  assert.ok((await founded.keeper.engine.hidden.put('engine', writeRecord('engine', before), now)).ok)
})

withNats('an invite lets one host in, under a name that nobody has, and does nothing else', async () => {
  const invite = founded.keeper.invite()
  const at = await connect(whoAndWhere({ ...founded.settings, credential: invite }))
  for (const subject of [`$KV.${stateOf('f')}.pod.web`, '$JS.API.INFO', 'p8a.f.host.b.do', 'p8a.f.keeper.join.other'])
    assert.match((await at.request(subject, '{}').catch(error => error)).message, /Permissions Violation/, subject)
  await at.close()
  assert.match(
    await founded.join('b', 'another', invite).catch(({ message }) => message),
    /another host .* is called "b"/,
  )
  const c = await founded.join('c', 'id-c', invite)
  assert.is(whyOf(await c.state.put('host.c', bytes, 'any')), 'done')
  assert.match(await founded.join('d', 'id-d', invite).catch(({ message }) => message), /used already, by host "c"/)
})

withNats('a host that got no answer to its invite asks again, and what it was given before is void', async () => {
  const invite = founded.keeper.invite()
  const first = await founded.join('lost', 'id-1', invite)
  const second = await founded.join('lost', 'id-2', invite)
  await until(() => first.isRefused, 'the first is void')
  assert.ok(second.isUp)
})

withNats('an invite lets nobody in again whose host was taken out, or has left', async () => {
  for (const out of ['removed', 'left']) {
    const invite = founded.keeper.invite()
    const engine = await founded.join(out, 'id-1', invite)
    if (out === 'removed') await founded.keeper.revoke(out)
    else await engine.bus.request(`keeper.leave.${out}`, Buffer.from('{}'), { timeoutMs: 60_000 })
    const again = await founded.join(out, 'id-2', invite).catch(({ message }) => message)
    assert.match(again, new RegExp(`used already, by host "${out}"`))
    assert.ok((await founded.join(out, 'id-2')).isUp, 'by another one it comes in')
  }
})

withNats('an invite is good for another attempt of a host that did not come in after all', async () => {
  const invite = founded.keeper.invite()
  const engine = await founded.join('late', 'id-1', invite)
  const undone: AskedToLeave = { isUndone: true }
  await engine.bus.request('keeper.leave.late', Buffer.from(JSON.stringify(undone)), { timeoutMs: 60_000 })
  assert.ok((await founded.join('later', 'id-2', invite)).isUp)
  const again = await founded.join('last', 'id-3', invite).catch(({ message }) => message)
  assert.match(again, /used already, by host "later"/)
})

withNats('what is revoked is cut off at once, stays so when the server is killed, and holds up no other', async () => {
  const gone = await founded.join('gone')
  const cut = Promise.withResolvers<void>()
  const waiting = busWhyOf(gone.bus.request('host.b.do', bytes, { timeoutMs: 60_000 })).then(() => cut.resolve())
  await founded.keeper.revoke('gone')
  await until(() => !gone.isUp && gone.isRefused, 'it is cut off')
  await waiting
  assert.match(gone.problem, /refuses the credential of this host/)
  assert.is(whyOf(await gone.state.put('host.gone', bytes, 'any')), 'unavailable')
  assert.is(await founded.keeper.revoke('gone'), false)
  await founded.killServer()
  founded.startServer()
  await until(async () => (await b.state.put('host.b', bytes, 'any')).ok, 'the others are back')
  await until(() => gone.isRefused && !gone.isUp, 'it is not')
})

withNats('the keeper tells its servers anew who is revoked, and says whether they sync each write', async () => {
  await founded.restartKeeper()
  await until(() => founded.keeper.engine.isUp, 'it is there')
  assert.equal(
    (await founded.keeper.settingsOfServers(1)).map(({ isSynced }) => isSynced),
    [true],
  )
})

withNats('a certificate that has expired is renewed while calls go on, and none of them fails', async () => {
  const call = async () => await busWhyOf(a.bus.request('host.b.do', bytes, { timeoutMs: 60_000 }))
  await until(async () => (await call()) === undefined, 'both are back since the server was killed')
  const keys = await readKeys(founded.dir)
  assert.ok(keys)
  const { publicKey, privateKey } = await newKeypair()
  const past = await signServer(keys.authority, { publicKey, hosts: ['127.0.0.1'], forMs: -1000, nowMs: Date.now() })
  for (const [name, text] of [
    ['key.pem', privateKey],
    ['cert.pem', past],
  ] as const)
    await writeWhole(`${founded.dir}/engine/1/${name}`, text)
  const failures: unknown[] = []
  let calls = 0
  let isOver = false
  const calling = (async () => {
    while (!isOver && failures.length === 0) {
      const why = await call()
      if (why !== undefined) failures.push(why)
      calls++
    }
  })()
  const tryIt = async () => {
    const [{ credential: _, ...rest }, invite] = [founded.settings, founded.keeper.invite()]
    const one = await connect({ ...whoAndWhere({ ...rest, credential: invite }), reconnect: false }).catch(
      error => error,
    )
    if (one instanceof Error) return (one as { code?: string }).code ?? one.message
    await one.close()
    return 'connected'
  }
  founded.reload()
  await until(async () => (await tryIt()) === 'CERT_HAS_EXPIRED', 'the server shows one that has expired')
  const before = calls
  await until(() => calls > before + 20 || failures.length > 0, 'calls go on by the connections that are there')
  // As its fleet pod does it, each hour and when it begins.
  await founded.restartKeeper()
  await until(async () => (await tryIt()) === 'connected', 'the server shows a new one')
  const then = calls
  await until(() => calls > then + 20 || failures.length > 0, 'calls go on')
  isOver = true
  await calling
  assert.equal(failures, [])
})

withNats(
  'where another host has begun to keep the engine, the one before it does nothing more, also anew',
  async () => {
    await until(async () => await founded.keeper.hold().catch(() => false), 'it is kept')
    using at = scratch()
    copyFileSync(`${founded.dir}/keys.json`, at.path('keys.json'))
    const next = await founded.keeperOf('b', at.dir)
    next.serve({ tables: new Tables(() => 0), isAlive: () => true })
    assert.is(await next.hold(), true)
    const before = founded.keeper
    assert.is(await before.hold(), false)
    const { by, servers } = await before.deposed
    assert.equal([by, servers], ['b', (await before.cluster.read()).record.servers])
    assert.match((await errorOf(async () => await before.revoke('c'))).message, /Another host keeps the engine/)
    const given = { host: 'c', address: 'c:1', route: 'c:2' }
    assert.match((await errorOf(async () => await before.cluster.add(given))).message, /host "b" keeps the engine/)
    await founded.restartKeeper()
    await founded.keeper.engine.upWithin(60_000)
    assert.is(await founded.keeper.hold(), false, 'as one that was lost and comes back')
    assert.is((await founded.keeper.deposed).by, 'b')
    assert.is(await next.hold(), true)
    const told = await a.state.get('engine')
    assert.ok(told.ok && told.value)
    assert.equal(readRecord('engine', told.value.value)?.keeper, { host: 'b', id: 'id-b', epoch: 2 })
    // What is asked of keepers is answered by the one that keeps.
    assert.match((await askKeeper(b.bus, 'b', { do: 'look' })).findings?.map(({ text }) => text).join() ?? '', /^$/)
    await next.close()
    await writeKeeping(founded.dir, undefined)
    await founded.restartKeeper()
    await founded.keeper.engine.upWithin(60_000)
    assert.is(await founded.keeper.hold(), true, 'as one that got the keys again')
  },
)

withNats('a host asks each server by itself, and names those that do not answer it', async () => {
  const { servers } = (await founded.keeper.cluster.read()).record
  const [own] = servers
  assert.ok(own)
  const gone = { name: 'gone', host: 'c', address: `127.0.0.1:${await freePort()}` }
  const silent = await silentOf(founded.settings, { fleet: 'f', servers: [own, gone] })
  assert.equal(
    silent.map(({ name, host }) => [name, host]),
    [['gone', 'c']],
  )
})

withNats('what a host leaves of an upload that was broken off is removed by the keeper, and by no host', async () => {
  const broken = async function* () {
    yield Buffer.alloc(128 * 1024)
    throw new Error('killed')
  }
  const hash = 'd'.repeat(64)
  assert.not.ok((await b.blobs.put(hash, broken())).ok)
  assert.is(await a.sweep(0, 0).catch(error => whyOfError(error)), 'denied')
  await founded.keeper.sweep(0)
  await founded.keeper.sweep(6 * 3_600_000 - 1)
  const said = '1 uploads that were broken off were removed from the engine'
  assert.not.ok(founded.logged.includes(said))
  await founded.keeper.sweep(6 * 3_600_000)
  assert.ok(founded.logged.includes(said))
})

withNats('an invite whose time is over lets nobody in, and says so', async () => {
  await founded.restartKeeper({ inviteMs: -5000 })
  await until(() => founded.keeper.engine.isUp, 'it is there')
  const failure = await founded.join('late').catch(error => error)
  assert.is(failure.code, 'fleet_unavailable')
  assert.match(failure.message, /refuses this invite: its time is over/)
  assert.ok(publicOf(founded.keeper.invite().seed).startsWith('U'))
})

test.run()
