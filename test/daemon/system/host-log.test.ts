// The host's own log. Not here: how it is read (daemon/logs/host-entries.test.ts).
import { readFileSync, rmSync, statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { openHostLog } from '../../../daemon/system/host-log.ts'
import { scratch } from '../../scratch.ts'

const linesOf = (file: string) =>
  readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map(line => JSON.parse(line) as Record<string, unknown>)

test('openHostLog() appends a line of JSON for each, with tag, level, time and facts, for the owner alone', () => {
  using at = scratch()
  const file = at.path('logs/host.log')
  for (const message of ['one', 'two']) {
    const log = openHostLog(file, { maxBytes: 1e6 })
    log.warn('run', message, { pod: 'web', run: 'web.1', err: new Error('why') })
    log.close()
  }
  const [first, second] = linesOf(file)
  assert.equal([first?.msg, first?.tag, first?.pod, first?.level, second?.msg], ['one', 'run', 'web', 40, 'two'])
  assert.ok(Number.isFinite(Date.parse(String(first?.time))))
  assert.match(JSON.stringify(first?.err), 'why')
  assert.is(statSync(file).mode & 0o777, 0o600)
})

test('close() lets nothing more be written', () => {
  using at = scratch()
  const log = openHostLog(at.path('host.log'), { maxBytes: 1e6 })
  log.info('host', 'one')
  log.close()
  log.info('host', 'two')
  assert.is(linesOf(at.path('host.log')).length, 1)
})

test('a log that somebody removed goes on in a new one, which says so', () => {
  using at = scratch()
  const file = at.path('logs/host.log')
  const log = openHostLog(file, { maxBytes: 1e6 })
  log.info('host', 'one')
  log.info('host', 'two')
  rmSync(at.path('logs'), { recursive: true })
  log.info('host', 'three')
  log.close()
  assert.equal(
    linesOf(file).map(({ msg }) => msg),
    ['two', 'host.log was removed or moved; this is a new one', 'three'],
  )
})

test('openHostLog() makes a log beyond its size host.log.1, and begins another one', () => {
  using at = scratch()
  const file = at.path('host.log')
  const log = openHostLog(file, { maxBytes: 100 })
  log.info('host', 'x'.repeat(200))
  log.info('host', 'behind')
  log.close()
  assert.equal(
    [`${file}.1`, file].map(name => linesOf(name).length),
    [1, 1],
  )
  assert.is(linesOf(file)[0]?.msg, 'behind')
})

test.run()
