import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Output } from '../../../cli/say/output.ts'
import { facts, plain, table } from '../../../cli/say/table.ts'

process.env.NO_COLOR = '1'
const output = new Output({ json: false })

test('table() aligns columns and leaves no spaces at the end of lines', async () => {
  const rows = [
    ['web', 'up', ''],
    ['long-name', 'waiting', 'x'],
  ]
  assert.is(
    await table(['NAME', 'STATUS', 'TEXT'], rows, output),
    'NAME       STATUS   TEXT\nweb        up\nlong-name  waiting  x',
  )
})

test('table() counts columns and not characters', async () => {
  assert.is(
    await table(
      ['A', 'B'],
      [
        ['日本', 'x'],
        ['für', 'y'],
      ],
      output,
    ),
    'A     B\n日本  x\nfür   y',
  )
})

test('table() keeps a text of several lines on its own', async () => {
  assert.is(await table(['A'], [['one\ntwo\u001b[2Jthree']], output), 'A\none twothree')
})

test('facts() leaves out what has no value', async () => {
  assert.is(
    await facts(
      [
        ['name', 'web'],
        ['cause', undefined],
        ['text', ''],
      ],
      output,
    ),
    'name  web',
  )
})

test('plain() takes out colours and controls', () => {
  assert.is(plain('\u001b[31mred\u001b[0m\r\n\u0007bell'), 'red bell')
})

test.run()
