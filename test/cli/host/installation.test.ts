// Which installation a person means. Not here: what a host makes of it (e2e/upgrade.test.ts).
import { mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { installationOf } from '../../../cli/host/installation.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

function install(folder: string): void {
  mkdirSync(`${folder}/dist`, { recursive: true })
  writeFileSync(`${folder}/package.json`, '{"name": "p8a"}')
  writeFileSync(`${folder}/dist/daemon.cjs`, '')
}

test('a version or its name is never a folder where somebody happens to be, and npm begins in a folder of the user', async () => {
  using at = scratch()
  const before = process.cwd()
  mkdirSync(at.path('here'))
  for (const name of ['latest', '1.2.3', 'next/node_modules/p8a']) install(at.path(`here/${name}`))
  writeFileSync(at.path('npm'), `#!/bin/sh\npwd -P > '${at.path('began')}'; echo no such version >&2; exit 1\n`, {
    mode: 0o755,
  })
  const options = { dataDir: at.path('data'), npm: at.path('npm') }
  process.chdir(at.path('here'))
  try {
    for (const wanted of ['latest', '1.2.3', 'v1.2.3'])
      assert.match(
        (await failsWith('version_not_found', async () => await installationOf(wanted, options))).message,
        'no such version',
      )
    assert.is(readFileSync(at.path('began'), 'utf8').trim(), `${realpathSync(at.path('data/versions'))}/1.2.3`)
    const here = realpathSync('.')
    assert.is(await installationOf('./latest', options), `${here}/latest`)
    assert.is(await installationOf('./next', options), `${here}/next/node_modules/p8a`)
    await failsWith('file_not_found', async () => await installationOf('./nothing', options))
  } finally {
    process.chdir(before)
  }
})

test.run()
