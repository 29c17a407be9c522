import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { refuseBeyond } from '../../../daemon/verbs/may.ts'
import { type Role, roles } from '../../../protocol/roles.ts'
import { errorOf, failsWith } from '../../fails.ts'

const by = (role: Role) => ({ name: 'ci', role, path: '' })

test('refuseBeyond() lets nobody give a pod more rights than they have', async () => {
  for (const role of roles) {
    for (const may of roles) {
      const give = () => refuseBeyond(by(role), 'web', { may })
      if (roles.indexOf(may) <= roles.indexOf(role)) give()
      else assert.equal((await failsWith('forbidden', give)).facts, { pod: 'web', may, role })
    }
  }
})

test('refuseBeyond() refuses nobody who asks for no rights', async () => {
  const error = await errorOf(() => {
    refuseBeyond(by('read'), 'web', {})
    throw new Error('it refused nothing')
  })
  assert.is(error.message, 'it refused nothing')
})

test.run()
