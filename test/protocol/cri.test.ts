// The log line format, forth and back. Not here: files (shim/log-file.test.ts) and how parts are joined again when logs
// are read (daemon/logs).
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { formatCri, logTime, maxPartLength, parseCriLine } from '../../protocol/cri.ts'
import { anyPoint } from '../../scripts/fuzz/any-point.ts'

const head = { time: '2026-11-20T10:00:00.123456789Z', stream: 'stdout' } as const

/** What was written, from the lines it became. */
function readBack(formatted: string): string {
  const lines = formatted.split('\n')
  assert.is(lines.pop(), '', 'the last line is ended')
  return lines
    .map(line => {
      const parsed = parseCriLine(line)
      assert.ok(parsed, line)
      return `${parsed?.text}${parsed?.full ? '\n' : ''}`
    })
    .join('')
}

test('formatCri() writes a whole line as F and a rest as P', () => {
  assert.is(formatCri('one\ntwo', head), `${head.time} stdout F one\n${head.time} stdout P two\n`)
  assert.is(formatCri('\n', { ...head, stream: 'stderr' }), `${head.time} stderr F \n`)
  assert.is(formatCri('', head), '')
  assert.is(formatCri('a\r\n', head), `${head.time} stdout F a\r\n`)
})

test('parseCriLine() reads what formatCri() wrote, whatever it was', () => {
  const text = fc
    .array(fc.oneof(fc.string({ unit: anyPoint }), fc.constant('\n'), fc.constant('x'.repeat(maxPartLength + 1))))
    .map(parts => parts.join(''))
  fc.assert(fc.property(text, written => assert.is(readBack(formatCri(written, head)), written)))
})

test('parseCriLine() knows the stream, the time and whether a line is whole', () => {
  assert.equal(parseCriLine(`${head.time} stderr P some text `), {
    time: head.time,
    stream: 'stderr',
    full: false,
    text: 'some text ',
  })
})

for (const line of [
  '',
  'text',
  '2026-11-20T10:00:00.123456789Z stdout F',
  '2026-11-20T10:00:00.123Z stdout F text',
  '2026-11-20T10:00:00.123456789+01:00 stdout F text',
  '2026-11-20T10:00:00.123456789Z stdin F text',
  '2026-11-20T10:00:00.123456789Z stdout X text',
  ' 2026-11-20T10:00:00.123456789Z stdout F text',
  '45Z stdout F torn at its beginning',
]) {
  test(`parseCriLine() takes ${JSON.stringify(line)} for none of ours`, () => assert.is(parseCriLine(line), undefined))
}

test('formatCri() cuts a long line into parts of which only the last is F', () => {
  const lines = formatCri(`${'x'.repeat(3 * maxPartLength + 1)}\n`, head)
    .split('\n')
    .slice(0, -1)
  assert.equal(
    lines.map(line => line[38]),
    ['P', 'P', 'P', 'F'],
  )
  assert.equal(
    lines.map(line => line.length - 40),
    [maxPartLength, maxPartLength, maxPartLength, 1],
  )
})

test('formatCri() cuts no character in two, be the text UTF-16 or bytes in latin1', () => {
  const characters = fc.constantFrom('a', 'ü', '日', '🦊', '👩‍👩‍👧')
  const long = fc
    .tuple(fc.array(characters, { minLength: 1, maxLength: 9 }), fc.nat(5))
    .map(([some, more]) => `${'x'.repeat(more)}${some.join('').repeat(Math.ceil((2 * maxPartLength) / some.length))}`)
  fc.assert(
    fc.property(long, text => {
      for (const line of formatCri(`${text}\n`, head).split('\n')) assert.ok(line.isWellFormed())
      const raw = Buffer.from(text, 'utf8').toString('latin1')
      const lines = formatCri(`${raw}\n`, head).split('\n')
      for (const line of lines) assert.ok(!Buffer.from(line, 'latin1').toString('utf8').includes('\ufffd'))
      assert.is(readBack(lines.join('\n')), `${raw}\n`)
    }),
    { numRuns: 30 },
  )
})

test('formatCri() cuts a line of any characters into few parts', () => {
  // U+0080 to U+00BF look like the continuation of a character in UTF-8, and these do stand in text.
  for (const character of ['·', '°', '»', '£', '\u0080', '\udc00', '\ud800']) {
    const parts = formatCri(`${character.repeat(4 * maxPartLength)}\n`, head).split('\n').length - 1
    assert.ok(parts <= 5, `${JSON.stringify(character)} gives ${parts} parts`)
  }
})

test('logTime() has nine digits, and sorts as its numbers do', () => {
  assert.is(logTime(0), '1970-01-01T00:00:00.000000000Z')
  assert.is(logTime(1_795_168_800_123.5), '2026-11-20T10:00:00.123500000Z')
  fc.assert(
    fc.property(
      fc.double({ min: 0, max: 4e12, noNaN: true }),
      fc.double({ min: 0, max: 4e12, noNaN: true }),
      (a, b) => {
        assert.match(logTime(a), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/)
        if (a < b) assert.ok(logTime(a) <= logTime(b))
      },
    ),
  )
})

test.run()
