import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { unitMark, unitText } from '../../../cli/startup/unit.ts'
import { needs } from '../../needs.ts'
import { root } from '../../paths.ts'
import { scratch } from '../../scratch.ts'

const test = suite('unit text')

const of = (scope: 'system' | 'user', more: { command?: string[] } = {}) =>
  unitText({ scope, command: ['/bin/sh', '/opt/p8a/bin/pod.cjs'], path: '/usr/bin:/bin', dataDir: '/data', ...more })

test('unitText() lets pods outlive the host in the same way as the unit in etc', () => {
  const etc = readFileSync(join(root, 'etc/p8a.service'), 'utf8')
  for (const scope of ['system', 'user'] as const) {
    const text = of(scope)
    assert.ok(text.startsWith(unitMark))
    for (const key of [
      'StartLimitIntervalSec',
      'Type',
      'KillMode',
      'Restart',
      'RestartSec',
      'TimeoutStopSec',
      'OOMPolicy',
      'LimitNOFILE',
      'TasksMax',
    ]) {
      const line = new RegExp(`^${key}=.*$`, 'm')
      assert.is(line.exec(text)?.[0], line.exec(etc)?.[0], key)
    }
  }
  assert.match(of('user'), /WantedBy=default\.target/)
  assert.match(of('system'), /WantedBy=multi-user\.target/)
})

test('unitText() quotes what systemd would read otherwise', () => {
  const text = of('user', { command: ['/opt/a b/node', '/x/100%/$HOME', 'a"\\b'] })
  assert.match(text, /^ExecStart="\/opt\/a b\/node" "\/x\/100%%\/\$\$HOME" "a\\"\\\\b"$/m)
})

needs(test, 'systemd-analyze')('systemd finds nothing wrong with the units', () => {
  using at = scratch()
  for (const scope of ['system', 'user'] as const) {
    const file = at.file(`${scope}/p8a.service`, of(scope))
    const args = scope === 'user' ? ['--user', 'verify', file] : ['verify', file]
    const { stderr } = spawnSync('systemd-analyze', args, {
      encoding: 'utf8',
      env: { ...process.env, XDG_RUNTIME_DIR: at.dir },
    })
    assert.not.match(stderr, /p8a\.service/, scope)
  }
})

test.run()
