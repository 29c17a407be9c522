import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { helpData } from '../../../cli/argv/help-data.ts'
import { table } from '../../../cli/table.ts'

test('helpData() has every command with its arguments and options', () => {
  const { commands, options } = helpData(table, [])
  assert.is(commands.length, table.length)
  for (const { name, about, options } of commands)
    for (const option of options) assert.ok(about && option.name && option.about, name)
  assert.ok(options.some(({ name, short }) => name === 'help' && short === 'h'))
})

test('helpData() of words has the one command, or those of a group', () => {
  const [start, ...others] = helpData(table, ['start']).commands
  assert.equal([start?.name, start?.takesParams, others], ['start', true, []])
  assert.equal(start?.arguments[0], { name: 'remote', isRequired: true, isVariadic: false })
  assert.equal(start?.options[0], { name: 'scale', value: 'n', about: 'How many runs' })
  const group = helpData(table, ['remote']).commands.map(({ name }) => name)
  assert.equal(group, ['remote add', 'remote list', 'remote remove', 'remote pin'])
})

test.run()
