// Who comes to the shell's own port says the password, or is let go. Not here: TLS and the prompt (e2e/shell-door.test.ts).
import { duplexPair } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Attempts } from '../../../../daemon/server/shell/attempts.ts'
import { login } from '../../../../daemon/server/shell/login.ts'
import { dataPaths } from '../../../../daemon/system/paths.ts'
import type { Seams } from '../../../../daemon/system/seams.ts'
import { hashPassword } from '../../../../protocol/password.ts'
import { scratch } from '../../../scratch.ts'
import { until } from '../../../until.ts'

const address = '192.0.2.1'
const hash = await hashPassword('correct horse')

/** A person at the door, whose password file has this in it. */
function person({ password = hash, attempts = new Attempts({ most: 10, lockoutMs: 600_000 }) } = {}) {
  const at = scratch()
  const paths = dataPaths(at.dir)
  at.file(paths.shellPassword.slice(at.dir.length + 1), password)
  const logged: string[] = []
  const keep = (_: string, message: string) => void logged.push(message)
  const log = { warn: keep, error: keep }
  const seams = { paths, log, clock: { nowMs: () => 0, wallMs: () => 0 } } as unknown as Pick<
    Seams,
    'paths' | 'clock' | 'log'
  >
  const [here, there] = duplexPair()
  let seen = ''
  here.setEncoding('utf8').on('data', text => (seen += text))
  return {
    outcome: login(there as unknown as TLSSocket, { seams, attempts, address }),
    logged,
    end: () => here.end(),
    /** Says a line as soon as it is asked for the nth time. */
    says: async (line: string, nth = 1) => {
      await until(() => seen.split('Password: ').length > nth, 'it asks')
      here.write(`${line}\n`)
    },
    sees: async (text: string) => await until(() => seen.includes(text), `it shows ${text}`),
    [Symbol.dispose]: () => at[Symbol.dispose](),
  }
}

test('login() lets in who says the password, also after a wrong one', async () => {
  using it = person()
  await it.says('wrong')
  await it.sees('Wrong password.\n')
  await it.says('correct horse', 2)
  assert.is(await it.outcome, true)
  assert.equal(it.logged, ['a wrong password'])
})

test('login() lets go who leaves, or says more than any password is long', async () => {
  using gone = person()
  gone.end()
  assert.is(await gone.outcome, false)
  using long = person()
  await long.says('x'.repeat(2000))
  assert.is(await long.outcome, false)
})

test('login() does not even ask at an address that is shut out, and a right password ends the count', async () => {
  const attempts = new Attempts({ most: 1, lockoutMs: 600_000 })
  using first = person({ attempts })
  await first.says('correct horse')
  assert.is(await first.outcome, true)
  attempts.onWrong(address, 0)
  using second = person({ attempts })
  assert.is(await second.outcome, false)
  await second.sees('Too many wrong passwords from 192.0.2.1. Try again in 10 minutes.')
})

test('login() takes a password file that cannot be read for a wrong password, and says so in the log', async () => {
  using it = person({ password: 'x'.repeat(5000) })
  await it.says('correct horse')
  await it.sees('Wrong password.')
  it.end()
  assert.is(await it.outcome, false)
  assert.equal(it.logged, ['the password cannot be read', 'a wrong password'])
})

test.run()
