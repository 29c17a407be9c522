// The pipe that children write to. Not here: which children get it (children.test.ts), and what becomes of it when the pod
// is killed (e2e/logs.test.ts).
import { spawnSync } from 'node:child_process'
import { closeSync, readFileSync, statSync, writeFileSync, writeSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ChildPipe } from '../../../shim/log/child-pipe.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

function pipe() {
  const at = scratch()
  const [file, raw] = [at.path('1.stdout.pipe'), at.path('1.stdout.raw')]
  writeFileSync(raw, '')
  const text = () => readFileSync(raw, 'utf8')
  return { file, raw, text, made: new ChildPipe({ file, raw }), [Symbol.dispose]: () => at[Symbol.dispose]() }
}

test('a pipe is made when it is first asked for, and is one for all children', () => {
  using at = pipe()
  assert.throws(() => statSync(at.file))
  const fd = at.made.write as number
  assert.is(at.made.write, fd)
  assert.ok(statSync(at.file).isFIFO())
  assert.is(statSync(at.file).mode & 0o777, 0o600)
  closeSync(fd)
})

test('what is written to it is in the raw file, though the writer waits for its child', async () => {
  using at = pipe()
  const fd = at.made.write as number
  const { status } = spawnSync('sh', ['-c', 'echo one > /dev/stdout; head -c 300000 /dev/zero | tr "\\0" x'], {
    stdio: ['ignore', fd, 'ignore'],
    timeout: 20_000,
  })
  assert.is(status, 0)
  await until(() => at.text().length === 300_004, 'all of it is there')
  assert.ok(at.text().startsWith('one\nxxx'))
  closeSync(fd)
})

test('a process that empties it and is killed has a successor', async () => {
  using at = pipe()
  const fd = at.made.write as number
  writeSync(fd, 'one\n')
  await until(() => at.text() === 'one\n', 'the first line is there')
  const shell = readersOf(at.file).find(pid => parentOf(pid) === process.pid) as number
  process.kill(shell, 'SIGKILL')
  await until(() => readersOf(at.file).some(pid => pid !== shell && parentOf(pid) === process.pid), 'there is another')
  writeSync(fd, 'two\n')
  await until(() => at.text() === 'one\ntwo\n', 'the second line is there')
  closeSync(fd)
})

test('where a pipe cannot be made there is none, and it is not tried again', () => {
  using at = scratch()
  const made = new ChildPipe({ file: at.path('no/such/folder'), raw: at.path('raw') })
  assert.is(made.write, undefined)
  assert.is(made.write, undefined)
})

/** The processes beside this one that have the pipe as their stdin. */
function readersOf(file: string): number[] {
  const { stdout } = spawnSync('sh', [
    '-c',
    `for p in /proc/[0-9]*; do [ "$p/fd/0" -ef "${file}" ] && echo "\${p#/proc/}"; done; true`,
  ])
  return String(stdout).split('\n').filter(Boolean).map(Number)
}

function parentOf(pid: number): number | undefined {
  try {
    return Number(readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ')[1])
  } catch {
    // It is gone.
    return undefined
  }
}

test.run()
