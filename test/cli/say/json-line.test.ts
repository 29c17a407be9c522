import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { loggedLine } from '../../../cli/say/json-line.ts'

const shown = (value: unknown) => {
  const line = loggedLine(typeof value === 'string' ? value : JSON.stringify(value))
  return line && `${line.level} ${line.text}`
}

test('loggedLine() shows a line of pino, bunyan, winston and others by level, message and fields', () => {
  const cases: [line: object, text: string][] = [
    [{ level: 30, time: 1, pid: 7, hostname: 'h', msg: 'listening', port: 80 }, 'INFO listening port=80'],
    [{ name: 'app', hostname: 'h', pid: 7, level: 40, msg: 'slow', time: '2026-11-20', v: 0 }, 'WARN slow name=app'],
    [{ level: 'error', message: 'no database', service: 'my api' }, 'ERROR no database service="my api"'],
    [{ severity: 'NOTICE', message: 'hm', timestamp: 'x' }, 'NOTICE hm'],
    [{ level: 'warning', msg: 'w', a: { b: [1] }, n: null }, 'WARN w a={"b":[1]} n=null'],
    [{ level: 60, msg: '' }, 'FATAL '],
    [{ asctime: '2026-11-30 13:00:00,1', levelname: 'WARNING', name: 'root', message: 'full' }, 'WARN full name=root'],
    [{ event: 'login', level: 'info', user: 'ann', timestamp: 'x' }, 'INFO login user=ann'],
    [{ '@timestamp': 'x', 'log.level': 'debug', message: 'm', 'ecs.version': '1' }, 'DEBUG m ecs.version=1'],
    [{ level: 30, msg: 'paid', event: 'order', severity: 'high' }, 'INFO paid event=order severity=high'],
  ]
  for (const [line, text] of cases) assert.is(shown(line), text)
})

test('loggedLine() shows a stack below, once', () => {
  const err = { type: 'Error', message: 'no', stack: 'Error: no\n    at a.js:1:2' }
  assert.is(shown({ level: 50, msg: 'no', err }), 'ERROR no\nError: no\n    at a.js:1:2')
  assert.is(
    shown({ level: 50, msg: 'no', err: { ...err, code: 7 } }),
    'ERROR no err={"code":7}\nError: no\n    at a.js:1:2',
  )
  assert.is(shown({ level: 'error', message: 'no', stack: 'Error: no' }), 'ERROR no\nError: no')
  const traceback = 'Traceback (most recent call last):\nZeroDivisionError'
  assert.is(shown({ levelname: 'ERROR', message: 'no', exc_info: traceback }), `ERROR no\n${traceback}`)
  assert.is(shown({ level: 'error', event: 'no', exception: traceback }), `ERROR no\n${traceback}`)
})

test('loggedLine() shows all that is bad in red', () => {
  const styles = ['ERR', 'CRITICAL', 'alert', 'emerg', 'fatal', 'notice'].map(
    level => loggedLine(JSON.stringify({ level, msg: '' }))?.style,
  )
  assert.equal(styles, ['red', 'red', 'red', 'red', 'red', 'cyan'])
})

test('loggedLine() leaves alone what no logger wrote', () => {
  const texts = [
    '',
    '{}',
    'hello',
    '{"level":30}',
    '{"msg":"x"}',
    '{"level":{},"msg":"x"}',
    '{"level":30,"msg":7}',
    '{nonsense}',
    '[1]',
  ]
  for (const text of texts) assert.is(loggedLine(text), undefined, text)
  assert.is(loggedLine(JSON.stringify({ level: 30, msg: 'x'.repeat(70_000) })), undefined)
})

test.run()
