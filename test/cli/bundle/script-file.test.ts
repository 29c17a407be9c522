// What is a script, and goes as it is.
import { truncateSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readScript } from '../../../cli/bundle/script-file.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

for (const [name, content, isScript] of [
  ['backup.sh', 'echo hello', true],
  ['backup', '#!/bin/sh\n', true],
  ['backup', '\ufeff#!/bin/sh\n', true],
  ['program', '\x7fELF\x02\x01', true],
  ['app.ts', 'export default () => {}', false],
  ['app.js', '// #!/bin/sh', false],
  ['empty', '', false],
] as const) {
  test(`readScript() takes ${JSON.stringify(content)} in ${name} for ${isScript ? 'a script' : 'none'}`, async () => {
    using at = scratch()
    const found = await readScript(at.file(name, content))
    assert.is(found && Buffer.from(found.code, 'base64').toString(), isScript ? content : undefined)
    if (found) assert.equal([found.kind, found.encoding], ['script', 'base64'])
  })
}

test('readScript() leaves it to others to say why a file cannot be read', async () => {
  using at = scratch()
  assert.is(await readScript(at.path('none.sh')), undefined)
  assert.is(await readScript(at.dir), undefined)
})

test('readScript() refuses one that no host takes', async () => {
  using at = scratch()
  const file = at.file('large.sh', '')
  truncateSync(file, 129 * 1024 * 1024)
  assert.match((await failsWith('too_large', () => readScript(file))).message, 'it has 129 MiB, the limit is 128 MiB')
})

test.run()
