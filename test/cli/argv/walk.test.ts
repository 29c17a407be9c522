import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Flag, walk } from '../../../cli/argv/walk.ts'
import { failsWith } from '../../fails.ts'

const flags: Flag[] = [
  { name: 'json', short: undefined, takesValue: false },
  { name: 'follow', short: 'f', takesValue: false },
  { name: 'lines', short: 'n', takesValue: true },
  { name: 'scale', short: undefined, takesValue: true },
  { name: 'node-flag', short: undefined, takesValue: true },
]

const start = (...argv: string[]) => walk(argv, { flags, params: true })
const plain = (...argv: string[]) => walk(argv, { flags, params: false })

test('walk() keeps params as texts exactly as typed', () => {
  const { args, params } = start(
    'origin',
    'main',
    '--value',
    '024',
    '--big',
    '1e3',
    '--text',
    '',
    '--json-like',
    '{"a":1}',
  )
  assert.equal(args, ['origin', 'main'])
  assert.equal(params, { value: '024', big: '1e3', text: '', 'json-like': '{"a":1}' })
})

test('walk() reads --name=value, and takes all behind the first "="', () => {
  assert.equal(start('--value=24', '--query=a=b', '--empty=').params, { value: '24', query: 'a=b', empty: '' })
})

test('walk() gives "true" to a param without a value', () => {
  assert.equal(start('--flag', '--other', 'x', '--no-cache').params, { flag: 'true', other: 'x', 'no-cache': 'true' })
})

test('walk() takes a dash and a digit for a value', () => {
  assert.equal(start('--level', '-3', '--half', '-.5', '--stdin', '-').params, { level: '-3', half: '-.5', stdin: '-' })
})

test('walk() takes a word with a blank in it for one value, whatever it begins with', () => {
  assert.equal(start('--args', '--port 1', '--say', '- hello', '--x=a b').params, {
    args: '--port 1',
    say: '- hello',
    x: 'a b',
  })
  assert.equal(start('local', '--node-flag', '--title=a b').options.all('node-flag'), ['--title=a b'])
})

test('walk() takes declared options out of the params', () => {
  const { options, params } = start('--scale', '3', '--value', '1', '--json')
  assert.is(options.text('scale'), '3')
  assert.ok(options.has('json'))
  assert.equal(params, { value: '1' })
})

test('walk() makes everything behind "--" a param, even what is named like an option', () => {
  const { options, params } = start('--scale', '2', '--', '--scale', '3', '--json')
  assert.is(options.text('scale'), '2')
  assert.not(options.has('json'))
  assert.equal(params, { scale: '3', json: 'true' })
})

test('walk() lets no param reach the prototype', () => {
  const { params } = start('--__proto__', 'x')
  assert.is(Object.getPrototypeOf(params), Object.prototype)
  assert.is(JSON.stringify(params), '{"__proto__":"x"}')
})

test('walk() lets the last of several values of a param count', () => {
  assert.equal(start('--a', '1', '--a', '2').params, { a: '2' })
})

test('walk() refuses a param without a name', async () => {
  await failsWith('usage', () => start('--=5'))
  await failsWith('usage', () => start('-abc'))
})

test('walk() keeps every value of an option that is repeated', () => {
  assert.equal(plain('--lines', '1', '-n', '2', '-n3').options.all('lines'), ['1', '2', '3'])
})

test('walk() reads short options that are run together', () => {
  const { options } = plain('-fn', '20')
  assert.ok(options.has('follow'))
  assert.is(options.text('lines'), '20')
})

test('walk() takes a value that begins with dashes where it is no option of the command', () => {
  assert.is(plain('--node-flag', '--expose-gc').options.text('node-flag'), '--expose-gc')
})

test('walk() refuses an option whose value is missing', async () => {
  await failsWith('usage', () => plain('--lines'))
  await failsWith('usage', () => plain('--lines', '--follow'))
})

test('walk() refuses a value for an option that takes none', async () => {
  await failsWith('usage', () => plain('--json=no'))
})

test('walk() refuses an unknown option and names the one that was meant', async () => {
  const error = await failsWith('usage', () => plain('--folow'))
  assert.match(error.message, '--folow')
  assert.is(error.hint, 'Did you mean --follow?')
  assert.is((await failsWith('usage', () => plain('--tail'))).hint, 'Did you mean --lines?')
})

test('walk() takes everything behind "--" as arguments where there are no params', () => {
  assert.equal(plain('a', '--', '--json', '-x').args, ['a', '--json', '-x'])
})

test.run()
