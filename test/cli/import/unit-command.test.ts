import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { unitChain, unitCommand, unitCommands } from '../../../cli/import/unit-command.ts'

test('unitCommand() gives a shell what systemd puts together by itself', () => {
  const cases: Record<string, string> = {
    '/bin/a --x *.js | tee': `/bin/a --x '*.js' '|' tee`,
    '/bin/a $ARGS --p=${P} $$HOME': `/bin/a $ARGS --p="\${P}" '$HOME'`,
    '@/bin/bash login -l': '/bin/bash -l',
    '+:/bin/a $ARGS $$': `/bin/a '$ARGS' '$$'`,
    '/bin/sh -c "echo `id` ${A}"': `/bin/sh -c 'echo \`id\` '"\${A}"`,
    // Only what systemd itself puts in is put in: the rest is for the shell that the unit names.
    "/bin/sh -c 'for i in 1 2; do echo $i ${i:-1} $$A; done'": `/bin/sh -c 'for i in 1 2; do echo $i \${i:-1} $A; done'`,
    '/bin/a "" :$${A}${B}': `/bin/a '' ':\${A}'"\${B}"`,
  }
  for (const [value, line] of Object.entries(cases)) assert.equal(unitCommand(value), { line, mayFail: false })
  assert.equal(unitCommand('-/bin/a'), { line: '/bin/a', mayFail: true })
})

test('unitCommands() takes a ; that stands alone as the end of a command', () => {
  assert.equal(unitCommands(`-/bin/a 'x ; y' ; @/bin/b name z;`), [
    { line: "/bin/a 'x ; y'", mayFail: true },
    { line: "/bin/b 'z;'", mayFail: false },
  ])
  assert.equal(unitCommands('/bin/a \\;'), [{ line: "/bin/a ';'", mayFail: false }])
})

test('unitChain() runs what comes before, and the program in the place of the shell', () => {
  const main = unitCommand('/bin/main')
  assert.is(unitChain([], main), '/bin/main')
  const before = [unitCommand('/bin/a'), unitCommand('-/bin/b')]
  assert.is(unitChain(before, main), '/bin/a && { /bin/b || true; } && exec /bin/main')
})

test.run()
