// What a client may not, and what it is told to do about it. Not here: which method needs which role (protocol/access.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Identity } from '../../../../daemon/server/access/authority.ts'
import { checkRights } from '../../../../daemon/server/access/rights.ts'
import type { MethodName } from '../../../../protocol/methods.ts'
import { failsWith } from '../../../fails.ts'

const pod: Identity = { name: 'team.web.7', pod: 'web', role: 'read', path: 'team' }
const token: Identity = { name: 'ci', role: 'deploy', path: 'team' }

async function refusal(method: MethodName, identity: Identity, params: unknown = { path: 'team' }) {
  return await failsWith('forbidden', () => checkRights(method, { params, identity }))
}

test('checkRights() lets a pod look at its own host and within, and a token do what its role says', () => {
  checkRights('pod.status', { params: { path: 'team' }, identity: pod })
  checkRights('pod.list', { params: { path: 'team.inner' }, identity: pod })
  checkRights('pod.push', { params: { path: 'team' }, identity: token })
})

test('checkRights() tells a pod which `may` it takes, and how to give it that', async () => {
  const { message, hint, facts } = await refusal('pod.restart', pod)
  assert.is(message, 'Cannot do pod.restart: the pod may not')
  assert.match(hint ?? '', "may: 'deploy'")
  assert.match(hint ?? '', 'pod start REMOTE web --may deploy')
  assert.equal(facts, { method: 'pod.restart', role: 'read' })
  assert.match((await refusal('host.audit', pod)).hint ?? '', '--may admin')
})

test('checkRights() tells a pod within a host that no `may` reaches the whole host', async () => {
  const error = await refusal('host.stop', { ...pod, role: 'admin' })
  assert.match(error.hint ?? '', 'the whole host')
  assert.not.match(error.hint ?? '', '--may')
})

test('checkRights() keeps a pod to the host that it is on', async () => {
  for (const params of [{}, { path: '' }, { path: 'other' }, { path: 'teams' }]) {
    assert.match((await refusal('pod.list', { ...pod, role: 'admin' }, params)).message, 'the path "team" only')
  }
})

test('checkRights() speaks to the owner of a token of that token', async () => {
  assert.match((await refusal('host.audit', token)).message, 'your token may not')
  assert.match((await refusal('pod.list', token, {})).hint ?? '', '--path team')
})

test.run()
