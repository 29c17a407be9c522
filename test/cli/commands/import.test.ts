import { existsSync, readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/import.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'
import { doing } from './doing.ts'

test('run() writes a manifest beside its keys, and nothing with --print', async () => {
  using at = scratch()
  at.file('app.js', '')
  const file = at.file('ecosystem.config.yaml', 'apps:\n  - { name: api, script: ./app.js, max_memory_restart: 1G }\n')
  const output = at.path('pods.yaml')
  const printed = await doing(run, { at, args: [file], options: { output, print: true } })
  assert.match(printed.lines, /entry: app\.js/)
  assert.not(existsSync(output))
  const { lines } = await doing(run, { at, args: [file], options: { output } })
  assert.match(lines, /api +script +became /)
  assert.match(lines, /api +max_memory_restart +became +limits\.memory/)
  assert.match(readFileSync(output, 'utf8'), /entry: app\.js/)
  await failsWith('bad_settings', () => doing(run, { at, args: [file], options: { output } }))
  const { value } = await doing(run, { at, args: [file], options: { output, force: true }, json: true })
  assert.is((value as { keys: unknown[] }).keys.length, 3)
})

test('run() knows a file by its name, and refuses what has no programs in it', async () => {
  using at = scratch()
  const output = at.path('out.yaml')
  for (const [name, text] of [
    ['Procfile', 'web: node x'],
    ['supervisord.conf', '[program:x]\ncommand=x'],
    ['dump.pm2', '[{"name":"a","pm_exec_path":"/a.js","pm_cwd":"/"}]'],
  ] as const) {
    const { value } = await doing(run, {
      at,
      args: [at.file(name, text)],
      options: { output, print: true },
      json: true,
    })
    assert.match((value as { manifest: string }).manifest, /pods:/)
  }
  for (const [name, text] of [
    ['other.yaml', 'a: 1'],
    ['other.txt', 'x'],
    ['empty.conf', ''],
    ['wrong.pm2', '{'],
  ] as const)
    await failsWith('bad_config', () => doing(run, { at, args: [at.file(name, text)], options: { output } }))
  await failsWith('file_not_found', () => doing(run, { at, args: [at.path('gone.yaml')] }))
})

test.run()
