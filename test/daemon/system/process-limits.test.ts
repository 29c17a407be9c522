import { execFileSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { limitedCommand } from '../../../daemon/system/process-limits.ts'

test('limitedCommand() begins a command with its limits, and leaves one without as it is', () => {
  const [program, ...args] = limitedCommand({ files: 100, nice: 3 }, [
    'sh',
    '-c',
    'ulimit -n; nice; echo "$1"',
    'x',
    'a b',
  ])
  assert.is(execFileSync(program, args, { encoding: 'utf8' }), '100\n3\na b\n')
  assert.equal(limitedCommand({ memory: 1 }, ['ls']), ['ls'])
})

test.run()
