// What `pod fleet doctor` says of an engine and of hosts. Not here: an engine that does not answer (test/e2e/fleet.test.ts).
import { X509Certificate } from 'node:crypto'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { authorityFindings, doctor, engineFindings, hostFindings } from '../../../pods/fleet/doctor.ts'
import { Hub } from '../../../pods/fleet/embedded/hub.ts'
import type { HostRecord } from '../../../pods/fleet/records.ts'
import { isOverdue, makeAuthority } from '../../../pods/fleet/security/certificates.ts'
import { serverFindings } from '../../../pods/fleet/security/server-findings.ts'
import { scratch } from '../../scratch.ts'
import { joined } from './joined.ts'

const test = suite('doctor')
const dayMs = 86_400_000

const host = (name: string, more: Partial<HostRecord> = {}): HostRecord => ({
  ...{ v: 1, name, id: `${name}-id`, session: 's', beat: 1, tags: [], memory: 1, p8a: '0.2.0', atMs: dayMs, pods: {} },
  isFenced: false,
  ...more,
})
const told = (findings: { level: string; text: string }[]): string[] =>
  findings.map(({ level, text }) => `${level}: ${text}`)

test('a clock that is a day off is told by the name of its host, whichever way, and one that is right is not', () => {
  const hosts = [host('a'), host('b', { atMs: 2 * dayMs }), host('c', { atMs: 0 }), host('d', { atMs: dayMs - 29_000 })]
  const off = (name: string) =>
    `warn: the clock of host "${name}" is 86400 s off, or it is gone: times in its logs are not those of others`
  assert.equal(told(hostFindings(hosts, dayMs)), [off('b'), off('c')])
})

test('a host that was declared dead, and one of another version, are told', () => {
  const hosts = [host('a'), host('b', { isFenced: true, atMs: 0 }), host('c', { p8a: '0.1.0' })]
  assert.equal(told(hostFindings(hosts, dayMs)), [
    'error: host "b" was declared dead, and is not back',
    'warn: host "c" has p8a 0.1.0, others 0.2.0',
  ])
})

test('an engine that has known faults, and one server for several hosts, are told; what is well is not', () => {
  const engine = { kind: 'nats', version: '2.12.7', replicas: 3, address: '' } as const
  assert.equal(engineFindings(engine, 3), [])
  assert.equal(engineFindings({ ...engine, replicas: 1 }, 1), [])
  assert.equal(engineFindings({ ...engine, version: '' }, 3), [])
  assert.equal(engineFindings({ ...engine, kind: 'embedded', replicas: 1 }, 1), [])
  assert.equal(told(engineFindings({ ...engine, version: '2.10.27', replicas: 1 }, 2)), [
    'warn: nats-server 2.10.27 has known faults: 2.12.7 or newer is better',
    'warn: one server keeps all values: while it is away nothing can be changed, and nobody takes over',
  ])
})

test('an authority is told of a year before it ends, and once it has', async () => {
  const nowMs = Date.now()
  const { cert } = await makeAuthority('f', nowMs)
  const yearMs = 365 * dayMs
  assert.equal(authorityFindings(undefined, nowMs), [])
  assert.equal(authorityFindings(cert, nowMs + 18 * yearMs), [])
  assert.match(
    told(authorityFindings(cert, nowMs + 19.5 * yearMs)).join(),
    /^warn: the authority of the fleet ends on \d{4}-\d\d-\d\d: docs\/FLEET.md tells how it gets another one$/,
  )
  assert.match(
    told(authorityFindings(cert, nowMs + 21 * yearMs)).join(),
    /^error: the authority of the fleet has ended on /,
  )
})

test('a host whose credential is refused is told that, and not that others do not answer it', async () => {
  const why = 'the engine refuses the credential of this host'
  const info = { kind: 'nats', version: '', replicas: 3, address: '' }
  const state = { get: async () => ({ ok: false, why: 'unavailable', message: why }) }
  const servers = [{ name: 'n1', host: 'a', address: '127.0.0.1:1', isSpare: false, isLeaving: false }]
  const engine = { state, info: () => info, denied: [], isRefused: true }
  const tables = { hosts: new Map(), isSynced: false, engine: { servers, keeper: { host: 'a' } } }
  const settings = { host: 'b', fleet: 'f', engine: { kind: 'nats', servers: [], replicas: 3 } }
  const member = { engine, tables, settings, problem: '', silence: '' }
  assert.equal(told(await doctor(member as unknown as Parameters<typeof doctor>[0])), [
    `error: the engine does not answer: ${why}`,
  ])
})

test('a server that does not answer is told by its host, and one that is not safe by its name', async () => {
  const known = ['a', 'b'].map(host => ({ host, name: `of-${host}` }))
  const answering = (answers: { name: string; isSynced: boolean }[]) => ({ settingsOfServers: async () => answers })
  const [a, b] = [
    { name: 'of-a', isSynced: true },
    { name: 'of-b', isSynced: true },
  ]
  assert.equal(await serverFindings(answering([b, a]), known), [])
  assert.equal(told(await serverFindings(answering([{ ...a, isSynced: false }]), known)), [
    'error: server of-b of host "b" does not answer',
    'error: server of-a acknowledges what is not on its disk: its configuration needs sync_interval: always',
  ])
})

test('a certificate is overdue once it was due for as long as whoever renews it may take, and one of a short life sooner', async () => {
  const { cert } = await makeAuthority('fleet', Date.now())
  const forMs = 90 * dayMs
  const endsAtMs = Date.parse(new X509Certificate(cert).validTo)
  const hourMs = 3_600_000
  const dueAtMs = endsAtMs - forMs / 3
  const isLate = (afterMs: number, more = {}) =>
    isOverdue(cert, { forMs, nowMs: dueAtMs + afterMs, lateMs: 2 * hourMs, ...more })
  assert.equal([isLate(-dayMs), isLate(hourMs), isLate(3 * hourMs)], [false, false, true])
  const short = { forMs: hourMs, nowMs: endsAtMs - hourMs / 12 }
  assert.ok(isLate(0, short))
  assert.ok(isOverdue('none', { forMs, nowMs: 0, lateMs: 0 }))
})

test('a server of this host whose certificate is overdue is told, with what to do', async () => {
  using at = scratch()
  await using a = await joined(new Hub(), { name: 'a', dir: at.dir })
  const found = told(await doctor(a.member, { overdue: async () => ['n2'] }))
  assert.ok(
    found.some(text => /certificate of server n2 .*pod fleet renew/.test(text)),
    found.join(),
  )
  assert.not.ok(told(await doctor(a.member)).some(text => text.includes('certificate')))
})

test.run()
