// How a password is kept.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hashPassword, isPassword } from '../../protocol/password.ts'

test('a password is known again, another one is not, and what is kept does not show it', async () => {
  const kept = await hashPassword('correct horse')
  assert.match(kept, /^scrypt\$65536\$8\$1\$[\w-]{22}\$[\w-]{43}$/)
  assert.is.not(kept, await hashPassword('correct horse'), 'with a salt of its own')
  assert.ok(await isPassword('correct horse', `${kept}\n`))
  for (const other of ['', 'correct horse ', 'Correct horse']) assert.not.ok(await isPassword(other, kept))
})

test('the same letters are the same password, however they are typed', async () => {
  assert.ok(await isPassword('pässwörter', await hashPassword('p\u0061\u0308ssw\u006f\u0308rter')))
})

test('what is no kept password is told', async () => {
  for (const kept of ['', 'secret', 'scrypt$1$2$3$x$y']) {
    const error = await isPassword('x', kept).catch(caught => caught)
    assert.instance(error, TypeError)
  }
})

test('one that would take too much to be checked is not', async () => {
  const [salt, hash] = ['A'.repeat(22), 'A'.repeat(43)]
  for (const cost of ['1048576$64$1', '65536$8$1000000', 'NaN$8$1']) {
    const error = await isPassword('x', `scrypt$${cost}$${salt}$${hash}`).catch(caught => caught)
    assert.instance(error, TypeError, cost)
  }
})

test.run()
