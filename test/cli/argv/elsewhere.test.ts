// What other tools call things leads to commands and options that are here.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { commandElsewhere, optionElsewhere } from '../../../cli/argv/elsewhere.ts'
import { commandsWith, nameOf } from '../../../cli/argv/grammar.ts'
import { table } from '../../../cli/table.ts'
import { hintText } from '../../../protocol/hint.ts'

test('commandElsewhere() names a command of ours, or says what to do, for words of other tools', () => {
  for (const word of [
    'ps',
    'delete',
    'monit',
    'save',
    'enable',
    'exec',
    'run',
    'compose',
    'startOrReload',
    'pid',
    'is-active',
  ]) {
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

test.run()
