// The systemd unit: systemd itself verifies it where `systemd-analyze` is installed; where it is not, only the keys that
// pods depend on are looked at, as text. Not tested: the service under a real systemd.
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { needs } from '../needs.ts'
import { root } from '../paths.ts'

const test = suite('unit')
const file = join(root, 'etc/p8a.service')
const lines = readFileSync(file, 'utf8').split('\n')

needs(test, 'systemd-analyze')('systemd finds nothing wrong with the unit', () => {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', ['verify', file], { encoding: 'utf8' })
  assert.equal({ status, stdout, stderr }, { status: 0, stdout: '', stderr: '' })
})

test('a stop of the service leaves the pods, and the host is started again whatever ended it', () => {
  for (const line of ['KillMode=process', 'Restart=always', 'StartLimitIntervalSec=0', 'OOMPolicy=continue']) {
    assert.ok(lines.includes(line), line)
  }
})

test('the unit sets nothing that would end pods, hide them from the next host, or keep Node from starting', () => {
  const harmful = /^(PrivateTmp|PrivateNetwork|ProtectProc|DynamicUser|MemoryDenyWriteExecute|SystemCallFilter)=/
  assert.equal(
    lines.filter(line => harmful.test(line)),
    [],
  )
})

test('the service has the data directory that is root’s default, so that `sudo pod` finds it', () => {
  assert.ok(lines.includes('Environment=P8A_DATA=/var/lib/p8a'))
  assert.ok(lines.includes('StateDirectory=p8a'))
})

test.run()
