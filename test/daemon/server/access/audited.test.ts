// Which verbs leave a line in the audit log, and what is in it. Not here: the file (audit-log.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Audit, audited } from '../../../../daemon/server/access/audited.ts'
import type { Identity } from '../../../../daemon/server/access/authority.ts'
import { P8aError } from '../../../../protocol/errors.ts'
import type { MethodName } from '../../../../protocol/methods.ts'
import type { AuditEntry } from '../../../../protocol/words-host.ts'
import { errorOf } from '../../../fails.ts'

const token = { name: 'ci', role: 'deploy', path: '', hash: Buffer.alloc(32) } as const
const ci: Identity = { name: 'ci', role: 'deploy', path: '', token }
const local: Identity = { name: 'local', role: 'admin', path: '' }

function auditTo(entries: AuditEntry[]): Audit {
  return { log: { write: entry => entries.push(entry) }, clock: { nowMs: () => 0, wallMs: () => 0 } }
}

/** Does a verb, and gives the lines that it left. */
async function linesOf(
  method: MethodName,
  {
    params = {},
    identity = ci,
    work = async () => 'done' as unknown,
  }: { params?: unknown; identity?: Identity; work?: () => Promise<unknown> } = {},
): Promise<AuditEntry[]> {
  const entries: AuditEntry[] = []
  await audited(auditTo(entries), { method, params, identity, from: '192.0.2.1' }, work).catch(() => {})
  return entries
}

test('audited() writes down what changes something, and nothing else', async () => {
  assert.is((await linesOf('pod.start')).length, 1)
  assert.is((await linesOf('pod.status')).length, 0)
  assert.is((await linesOf('host.info')).length, 0)
})

test('audited() writes who asked from where for what, and how it ended', async () => {
  assert.equal(await linesOf('pod.start', { params: { name: 'web', path: 'inner', params: { secret: 'x' } } }), [
    {
      time: '1970-01-01T00:00:00.000Z',
      who: 'ci',
      from: '192.0.2.1',
      verb: 'pod.start',
      path: 'inner',
      pod: 'web',
      outcome: 'ok',
    },
  ])
})

test('audited() writes the code of an error, and throws it on', async () => {
  const refusal = new P8aError('pod_running', 'it is up')
  const refused = await linesOf('pod.start', { work: () => Promise.reject(refusal) })
  const broken = await linesOf('pod.start', { work: () => Promise.reject(new TypeError('a bug')) })
  assert.equal([refused[0]?.outcome, broken[0]?.outcome], ['pod_running', 'internal'])
  const asked = { method: 'pod.start', params: {}, identity: ci, from: 'unix' } as const
  assert.is(await errorOf(() => audited(auditTo([]), asked, () => Promise.reject(refusal))), refusal)
})

test('audited() is told before the answer: the line is written when it resolves', async () => {
  const entries: AuditEntry[] = []
  const asked = { method: 'pod.stop', params: {}, identity: ci, from: 'unix' } as const
  await audited(auditTo(entries), asked, () => assert.is(entries.length, 0))
  assert.is(entries.length, 1)
})

test('audited() names the user of the Unix socket, and what a token is about as a token', async () => {
  const [byUser] = await linesOf('pod.start', { identity: local })
  assert.is(byUser?.uid, process.getuid?.())
  const [ofToken] = await linesOf('host.token.add', { params: { name: 'new' } })
  assert.equal([ofToken?.token, ofToken?.pod, ofToken?.uid], ['new', undefined, undefined])
})

test('audited() cuts names that are too long, and leaves out what is no name', async () => {
  const [long] = await linesOf('pod.start', { params: { name: 'x'.repeat(500), path: 'y'.repeat(5000) } })
  assert.equal([long?.pod?.length, long?.path.length], [100, 1024])
  for (const params of [undefined, null, 'text', { name: 5, path: [] }, { name: '' }]) {
    const [entry] = await linesOf('pod.start', { params })
    assert.equal([entry?.pod, entry?.path], [undefined, ''])
  }
})

test.run()
