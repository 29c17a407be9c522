// The map as it is printed, from the sources of this checkout.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { foldersIn, readDesign } from '../../scripts/source/design.ts'
import { firstSentence, headOf } from '../../scripts/source/head.ts'
import { root } from '../paths.ts'

const test = suite('map')

const map = async (...folders: string[]) => {
  const { stdout } = await execa(process.execPath, ['scripts/map.ts', ...folders], { cwd: root })
  return stdout
}

test('npm run map prints each folder with what the page says of it, and each file with what its head says', async () => {
  const lines = (await map()).split('\n')
  const at = lines.indexOf('cli/say/')
  assert.is(lines[at + 1], `  ${foldersIn(readDesign(root)).get('cli/say')?.[0]}`)
  const head = firstSentence(headOf(readFileSync(join(root, 'cli/say/tame.ts'), 'utf8')))
  assert.ok(lines.includes(`    tame.ts: ${head}`))
  assert.ok(lines.indexOf('protocol/') < lines.indexOf('daemon/boot/'))
})

test('npm run map prints the folders that are named, and those within', async () => {
  const folders = (await map('cli/say/', 'scripts/chaos')).split('\n').filter(line => line.endsWith('/'))
  assert.equal(folders, ['cli/say/', 'scripts/chaos/', 'scripts/chaos/pods/', 'scripts/chaos/seam/'])
})

test.run()
