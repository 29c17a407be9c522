// The table of rights.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { access, covers, mayDo, type Rights } from '../../protocol/access.ts'
import { type MethodName, methods } from '../../protocol/methods.ts'
import { roles } from '../../protocol/roles.ts'

const all = Object.keys(methods) as MethodName[]
const who = (role: Rights['role'], path = ''): Rights => ({ role, path })

test('every method has a role, and there is no role for a method there is not', () => {
  assert.equal(Object.keys(access).sort(), all.sort())
})

test('what changes something is not for a token that may only look', () => {
  for (const method of all) if (access[method].changes) assert.not.ok(mayDo(who('read'), method), method)
})

test('mayDo() lets each role do what those below it may, and admin everything', () => {
  for (const method of all) {
    const may = roles.map(role => mayDo(who(role), method))
    assert.equal(may, [...may].sort(), method)
    assert.ok(may.at(-1), method)
  }
  const only = (role: Rights['role']) => all.filter(method => mayDo(who(role), method))
  assert.ok(only('read').includes('pod.logs') && !only('read').includes('pod.call'))
  assert.ok(only('deploy').includes('pod.push') && !only('deploy').some(method => method.startsWith('host.token')))
})

test('a token that is confined to a path may not do what concerns the whole host', () => {
  assert.not.ok(mayDo(who('admin', 'inner'), 'host.stop'))
  assert.ok(mayDo(who('admin', 'inner'), 'host.token.add'))
})

test('covers() goes by role and by path', () => {
  assert.ok(covers(who('admin'), who('admin', 'inner')))
  assert.ok(covers(who('deploy', 'inner'), who('read', 'inner.second')))
  assert.not.ok(covers(who('deploy'), who('admin')))
  assert.not.ok(covers(who('admin', 'inner'), who('read')))
  assert.not.ok(covers(who('admin', 'inner'), who('read', 'inner2')))
})

test.run()
