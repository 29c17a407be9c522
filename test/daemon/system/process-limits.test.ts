import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { limitedCommand, limitFiles, limitProcess } from '../../../daemon/system/process-limits.ts'
import { needs } from '../../needs.ts'

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

needs(test, 'prlimit')('the open files of a live process are limited: the soft limit alone, or both', async () => {
  const child = spawn('sleep', ['600'], { stdio: 'ignore' })
  const pid = child.pid as number
  const limits = () =>
    /^Max open files +(\d+) +(\d+)/m
      .exec(readFileSync(`/proc/${pid}/limits`, 'utf8'))
      ?.slice(1)
      .map(Number)
  try {
    const [, hard] = limits() ?? []
    await limitFiles(pid, 77)
    assert.equal(limits(), [77, hard])
    await limitProcess(pid, { files: 66 })
    assert.equal(limits(), [66, 66])
  } finally {
    const exited = once(child, 'exit')
    child.kill('SIGKILL')
    await exited
  }
})

test.run()
