// The shell's own port where the prompt behind the password cannot be begun. Not here: what it is like to use it
// (e2e/shell-door.test.ts).
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import tls from 'node:tls'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Authority } from '../../../../daemon/server/access/authority.ts'
import { openShellDoor } from '../../../../daemon/server/shell/door.ts'
import type { Certificate } from '../../../../daemon/server/tls/certificate.ts'
import { makeCertificate } from '../../../../daemon/server/tls/make.ts'
import { systemClock } from '../../../../daemon/system/clock.ts'
import { Listeners } from '../../../../daemon/system/listeners.ts'
import { dataPaths } from '../../../../daemon/system/paths.ts'
import type { Seams } from '../../../../daemon/system/seams.ts'
import { hashPassword } from '../../../../protocol/password.ts'
import { defaultSettings } from '../../../../protocol/settings.ts'
import { scratch } from '../../../scratch.ts'

test('a prompt that cannot be begun is told in the log, and its person is let go', async () => {
  using at = scratch()
  const paths = dataPaths(at.dir)
  writeFileSync(paths.shellPassword, await hashPassword('correct horse'))
  const logged: string[] = []
  const log = { info: () => {}, warn: () => {}, error: (_: string, message: string) => void logged.push(message) }
  const seams = { paths, settings: defaultSettings, clock: systemClock, log } as unknown as Seams
  const pair = await makeCertificate({ name: 'p8a', hosts: ['localhost'], now: new Date() })
  const authority = {
    present: () => {
      throw new Error('spawn EMFILE')
    },
  } as unknown as Authority
  const door = await openShellDoor({
    listeners: new Listeners(),
    seams,
    host: '127.0.0.1',
    port: 0,
    certificate: { pair, onChanged: () => {} } as unknown as Certificate,
    authority,
  })
  const port = Number(door.address.split(':').at(-1))
  const socket = tls.connect({ port, host: '127.0.0.1', rejectUnauthorized: false })
  const closed = once(socket, 'close')
  socket.resume().write('correct horse\n')
  await closed
  door.close()
  assert.equal(logged, ['a person could not be served'])
})

test.run()
