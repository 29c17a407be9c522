// The reading of one line of the host's log. Not tested here: how lines are found in files.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hostLineTime, parseHostLine } from '../../../daemon/logs/host-entries.ts'

const time = '2026-11-20T10:00:00.123Z'
const nine = '2026-11-20T10:00:00.123000000Z'

test('parseHostLine() makes an entry with pod, run, tag and level', () => {
  const line = { level: 40, time, msg: 'The run ended', tag: 'lifecycle', pod: 'web', run: 'web.7' }
  assert.equal(parseHostLine(JSON.stringify(line)), {
    time: nine,
    source: 'host',
    pod: 'web',
    run: 'web.7',
    tags: ['lifecycle', 'warn'],
    text: 'The run ended',
  })
})

test('parseHostLine() tells other fields behind the message', () => {
  const line = {
    level: 30,
    time,
    pid: 12,
    msg: 'It ended',
    code: 1,
    signal: null,
    reason: 'a b',
    err: { message: 'x' },
  }
  assert.is(
    parseHostLine(JSON.stringify(line))?.text,
    'It ended pid=12 code=1 signal=null reason="a b" err={"message":"x"}',
  )
})

test('parseHostLine() leaves out what pino says of the daemon itself', () => {
  assert.is(parseHostLine(JSON.stringify({ level: 30, time, pid: 12, hostname: 'h', v: 1, msg: 'm' }))?.text, 'm')
})

test('parseHostLine() takes a time in milliseconds too', () => {
  assert.is(parseHostLine(JSON.stringify({ level: 30, time: Date.parse(time), msg: 'm' }))?.time, nine)
})

test('parseHostLine() takes nothing else for a line', () => {
  for (const line of ['', '{"level":30,"ti', 'null', '7', '[]', '{}', '{"time":"soon"}', '{"time":null}']) {
    assert.is(parseHostLine(line), undefined, line)
  }
})

test('hostLineTime() reads the time from the beginning of a line', () => {
  assert.is(hostLineTime(`{"level":30,"time":"${time}","msg":"a`), nine)
  assert.is(hostLineTime(`{"level":30,"time":${Date.parse(time)},"msg":"a`), nine)
  for (const head of ['{"level":30,"ti', '{"level":30,"time":"2026', 'foreign', ''])
    assert.is(hostLineTime(head), undefined)
})

test('a time that no log could have, and a value too deep to be written, are no error', () => {
  for (const at of ['1e300', '-1', '8640000000000000']) {
    assert.is(parseHostLine(`{"level":30,"time":${at},"msg":"m"}`), undefined)
    assert.is(hostLineTime(`{"level":30,"time":${at},"msg":"m"}`), undefined)
  }
  const deep = `${'[{"1":'.repeat(4000)}1${'}]'.repeat(4000)}`
  assert.is(parseHostLine(`{"level":30,"time":"${time}","msg":"m","more":${deep}}`)?.text, 'm more=…')
})

test.run()
