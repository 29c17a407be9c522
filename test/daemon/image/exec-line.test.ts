import { spawnSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { execLine } from '../../../daemon/image/exec-line.ts'

test('execLine() lets one program take the place of its shell', () => {
  for (const line of [
    './run.sh',
    'python3 -m http.server $PORT',
    `node -e "console.log('a b')" ${'${X:-1}'} *.js`,
    'npm start',
  ])
    assert.is(execLine(line), `exec ${line}`)
})

test('execLine() lets a program that gets variables take the place of its shell', () => {
  const line = execLine(`A=1 B="x y" C='z' sh -c 'echo $A $B $C $0' "$$"`)
  const { stdout, pid } = spawnSync('/bin/sh', ['-c', line], { encoding: 'utf8' })
  assert.match(line, `C='z' exec sh`)
  assert.is(stdout, `1 x y z ${pid}\n`)
  for (const other of ['A=1', 'A=1 cd x', 'A=$(b) ./run', 'A=1 a | b', 'A="x', "A='x y", ' A=1; b'])
    assert.is(execLine(other), other)
})

test('execLine() leaves what only a shell does, and what is more than one program, as it is', () => {
  const lines = [
    'cd x && ./run',
    'a | b',
    'a; b',
    'exec ./run',
    '. ./run',
    'while :; do :; done',
    '{ a; }',
    '$RUN',
    'a "\\"" ; b',
  ]
  const more = ['a > file', 'a &', '(a)', 'a $(b)', 'a `b`', '! a', 'a\nb', '"./my run" x', 'ulimit -n 64', '~/run', '']
  for (const line of [...lines, ...more]) assert.is(execLine(line), line)
})

test('execLine() gives a line that ends as its program does', () => {
  // Its pid is that of the shell, which it took the place of.
  const { signal } = spawnSync('/bin/sh', ['-c', execLine(`sh -c 'kill -9 "$0"' "$$"`)])
  assert.is(signal, 'SIGKILL')
})

test.run()
