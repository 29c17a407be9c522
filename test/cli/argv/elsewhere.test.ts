// What other tools call things leads to commands and options that are here.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { commandElsewhere, optionElsewhere, wordsElsewhere } from '../../../cli/argv/elsewhere.ts'
import { commandsWith, nameOf } from '../../../cli/argv/grammar.ts'
import { table } from '../../../cli/table.ts'
import { hintText, stepsOf } from '../../../protocol/hint.ts'

test('commandElsewhere() names a command of ours, or says what to do, for words of other tools', () => {
  for (const word of ['ps', 'delete', 'reload', 'monit', 'save', 'startup', 'exec']) {
    const hint = commandElsewhere(word)
    assert.ok(hint !== undefined, word)
    const steps = typeof hint === 'string' ? [{ text: hint }] : [hint].flat()
    assert.ok((hintText(steps) ?? '').length > 10, word)
  }
})

test('commandElsewhere() has nothing for words of our own, nor for what every object has', () => {
  for (const spec of table) assert.is(commandElsewhere(nameOf(spec)), undefined, nameOf(spec))
  for (const word of ['', 'constructor', 'toString', '__proto__', 'nonsense'])
    assert.equal([commandElsewhere(word), optionElsewhere(word)], [undefined, undefined], word)
})

test('optionElsewhere() names options that there are', () => {
  for (const word of ['instances', 'cron', 'since', 'workdir', 'max-restarts', 'detached', 'stats'])
    assert.ok(commandsWith(table, optionElsewhere(word) ?? '').length > 0, word)
})

test('wordsElsewhere() leads from the name of a file, and from all pods, to what is here', () => {
  const hint = (command: string, ...words: string[]) => {
    const found = wordsElsewhere(command, words)
    return found === undefined ? undefined : hintText(stepsOf(found))
  }
  assert.match(hint('start', 'app.js') ?? '', 'pod push local NAME app.js; then: pod start local NAME')
  assert.match(hint('stop', 'all') ?? '', 'pod host stop --pods')
  assert.match(hint('restart', 'all') ?? '', 'pod status')
  assert.equal([hint('start', 'web'), hint('stop', 'app.js')], [undefined, undefined])
})

test.run()
