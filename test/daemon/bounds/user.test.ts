// Who a run is, and what is refused. What it then may and may not: e2e/users.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { asUser, refuseUser, userOf } from '../../../daemon/bounds/user.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import type { P8aError } from '../../../protocol/errors.ts'

const own = String(process.getuid?.())
const place = { paths: dataPaths('/tmp/data'), shim: { node: process.execPath, file: import.meta.filename } }
const asked = (user: string) => ({ name: 'web', user, isNode: true, isBoxed: true })
const refusal = async (user: string, ownUid?: number) =>
  await refuseUser(place, { ...asked(user), ...(ownUid !== undefined && { ownUid }) }).then(
    () => undefined,
    (error: P8aError) => [error.code, error.message],
  )

test('userOf() is undefined for the user of the host, and fails for one who is not there', async () => {
  assert.is(await userOf(undefined), undefined)
  assert.is(await userOf(own), undefined)
  assert.match(await userOf('no-such-user').catch(error => error.message), 'there is no user "no-such-user"')
})

test('asUser() tells a process who it is, and nothing of the temporary folder of the host', () => {
  const user = { name: 'www', uid: 33, gid: 33, home: '/var/www', shell: '/bin/sh' }
  const base = { HOME: '/home/host', TMPDIR: '/home/host/tmp', LANG: 'C' }
  assert.is(asUser(base, undefined), base)
  assert.equal(asUser(base, user), { HOME: '/var/www', USER: 'www', LOGNAME: 'www', SHELL: '/bin/sh', LANG: 'C' })
})

test('refuseUser() accepts the own user, names one who is not there, and lets only root begin others', async () => {
  assert.is(await refusal(own), undefined)
  const [code, message] = (await refusal('no-such-user')) ?? []
  assert.equal(
    [code, message],
    ['bad_config', 'Cannot start pod "web" as user "no-such-user": there is no such user on this machine'],
  )
  const [other, why] = (await refusal('root', 4711)) ?? []
  assert.equal(
    [other, why],
    ['unsupported', 'Cannot start pod "web" as user "root": only a host of root can begin processes of others'],
  )
})

test.run()
