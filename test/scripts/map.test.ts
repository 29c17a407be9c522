// The map as it is printed, from the sources of this checkout.
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { root } from '../paths.ts'

const test = suite('map')

const map = async (...folders: string[]) => {
  const { stdout } = await execa(process.execPath, ['scripts/map.ts', ...folders], { cwd: root })
  return stdout
}

test('npm run map prints each folder with what the page says of it, and each file with what its head says', async () => {
  const lines = (await map()).split('\n')
  const at = lines.indexOf('cli/say/')
  assert.match(lines[at + 1] ?? '', /^ {2}what people see/)
  assert.ok(lines.some(line => line.startsWith('    tame.ts: A text that somebody else wrote')))
  assert.ok(lines.indexOf('protocol/') < lines.indexOf('daemon/boot/'))
})

test('npm run map prints the folders that are named, and those within', async () => {
  const folders = (await map('cli/say/', 'scripts/chaos')).split('\n').filter(line => line.endsWith('/'))
  assert.equal(folders, ['cli/say/', 'scripts/chaos/', 'scripts/chaos/pods/', 'scripts/chaos/seam/'])
})

test.run()
