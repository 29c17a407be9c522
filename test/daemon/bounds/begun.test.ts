import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { barrierFor, begunBy } from '../../../daemon/bounds/begun.ts'

const env = { PATH: '/own', LD_PRELOAD: '/own.so', A: 'b' }
const plain = { env, cwd: '/storage', apart: undefined, user: undefined }
const user = { name: 'www', uid: 33, gid: 33, home: '/', shell: '/bin/sh' }

test('barrierFor() changes nothing where a run has all rights of the host', async () => {
  assert.equal(await barrierFor(plain), { outer: [], inner: [], env })
})

test('barrierFor() gives a run its own PATH and loader only once its rights are gone', async () => {
  const { outer, inner, env: early } = await barrierFor({ ...plain, apart: { before: ['bwrap', '--'] }, user })
  assert.equal([outer, early.A, early.LD_PRELOAD], [['bwrap', '--'], 'b', undefined])
  assert.is.not(early.PATH, '/own')
  const given = inner.indexOf('/usr/bin/env')
  assert.ok(inner.indexOf('--reuid=33') > 0 && inner.indexOf('--reuid=33') < given)
  assert.equal(inner.slice(given + 1), ['PATH=/own', 'LD_PRELOAD=/own.so'])
})

test('begunBy() puts limits where a run could still be given more, and says whose its output is', async () => {
  const begun = await begunBy({ ...plain, user, command: ['/bin/true'], limits: { files: 100 } })
  const line = begun.command.join(' ')
  assert.match(line, /ulimit -n 100.*--reuid=33.*\/bin\/true$/)
  assert.equal(begun.owner, { uid: 33, gid: 33 })
  assert.equal(await begunBy({ ...plain, command: ['/bin/true'], limits: undefined }), { command: ['/bin/true'], env })
})

test.run()
