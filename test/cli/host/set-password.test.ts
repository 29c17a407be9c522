import { lstatSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { setPassword } from '../../../cli/host/set-password.ts'
import { isPassword } from '../../../protocol/password.ts'
import { scratch } from '../../scratch.ts'

const test = suite('set-password')
const password = 'correct horse battery'

test('setPassword() keeps it for its owner alone, in a folder that it makes', async () => {
  using at = scratch()
  const file = await setPassword(password, { dataDir: at.path('data') })
  assert.is(file, at.path('data/shell-password'))
  assert.is(statSync(file).mode & 0o777, 0o600)
  assert.ok(await isPassword(password, readFileSync(file, 'utf8')))
})

test('setPassword() puts it in the place of a link, and writes nothing where that leads', async () => {
  using at = scratch()
  const other = at.file('other', 'as before')
  at.file('data/host.json', '{}')
  symlinkSync(other, at.path('data/shell-password'))
  const file = await setPassword(password, { dataDir: at.path('data') })
  assert.is(lstatSync(file).isSymbolicLink(), false)
  assert.is(readFileSync(other, 'utf8'), 'as before')
})

test('setPassword() says why it could not, with the file', async () => {
  using at = scratch()
  at.file('data/shell-password/in-the-way', '')
  writeFileSync(at.path('data/shell-password/more'), '')
  try {
    await setPassword(password, { dataDir: at.path('data') })
    assert.unreachable()
  } catch (error) {
    const { code, message, facts } = error as { code: string; message: string; facts: { file: string } }
    assert.is(code, 'save_failed')
    assert.match(message, /^Cannot save the password: E/)
    assert.is(facts.file, at.path('data/shell-password'))
  }
})

test.run()
