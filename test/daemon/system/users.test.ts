import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { findGroup, findUser, groupIn, systemProgram, userIn } from '../../../daemon/system/users.ts'

const text = `root:x:0:0:root:/root:/bin/bash
33:x:1033:1033::/home/33:/bin/sh
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
broken
+nis::::::
`

test('userIn() finds a user by name, and by number where nobody has that name', () => {
  const www = { name: 'www-data', uid: 33, gid: 33, home: '/var/www', shell: '/usr/sbin/nologin' }
  assert.equal(userIn(text, 'www-data'), www)
  assert.is(userIn(text, '33')?.uid, 1033)
  assert.is(userIn(text, '0')?.name, 'root')
  for (const none of ['broken', '+nis', '', '7']) assert.is(userIn(text, none), undefined, none)
})

test('findUser() asks the system', async () => {
  assert.is((await findUser('root'))?.uid, 0)
  assert.is(await findUser('no-such-user'), undefined)
})

test('groupIn() finds the number of a group, findGroup() asks the system', async () => {
  const groups = 'root:x:0:\nadm:x:4:syslog,web\nbroken\n+nis:::\n'
  assert.is(groupIn(groups, 'adm'), 4)
  for (const none of ['broken', '+nis', '4', 'syslog', '']) assert.is(groupIn(groups, none), undefined, none)
  assert.type(await findGroup(process.platform === 'darwin' ? 'wheel' : 'root'), 'number')
  assert.is(await findGroup('no-such-group'), undefined)
})

test('systemProgram() finds what systems have, and nothing else', async () => {
  assert.match((await systemProgram('sh')) ?? '', /^\/.*\/sh$/)
  assert.is(await systemProgram('no-such-program'), undefined)
})

test.run()
