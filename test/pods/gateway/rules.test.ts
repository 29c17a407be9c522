import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Rules } from '../../../pods/gateway/rules.ts'
import { parseRules } from '../../../pods/gateway/rules-file.ts'

const rules = new Rules(
  parseRules(`
rules:
  - { pattern: preview-(.*), route: [$1.preview.test, 'preview.test/$1'], strip: true, sleep: 15m, needs: db-$1 }
  - { pattern: .*-busy, sleep: 1h }
allow: [preview-.*, web]
ignore: [.*-internal]
quiet: { agents: [UptimeRobot], paths: [/health, /ping/] }
hooks:
  - { on: [before-start, after-stop], command: all }
  - { on: before-start, pod: web, command: one }
`),
)

test('Rules says of a pod what all rules say that match it, the last one first', () => {
  assert.equal(rules.of('preview-7'), {
    routes: [
      { at: '7.preview.test', strip: true, isRuled: true },
      { at: 'preview.test/7', strip: true, isRuled: true },
    ],
    noRoutes: [],
    sleepMs: 900_000,
    needs: ['db-7'],
    pause: undefined,
  })
  assert.is(rules.of('preview-busy').sleepMs, 3_600_000)
  assert.equal(rules.of('web'), { routes: [], noRoutes: [], sleepMs: undefined, needs: [], pause: undefined })
})

test('Rules takes routes as pods may write them, and tells those that are none with the name of a pod', () => {
  const given = parseRules(`
rules:
  - { pattern: (.*), route: [$1.Example.test/API/, 'bücher.test.', /$1, '*.$1.test'] }
`)
  const { routes, noRoutes } = new Rules(given).of('web')
  assert.equal(
    routes.map(({ at }) => at),
    ['web.example.test/API', 'xn--bcher-kva.test', '*/web', '*.web.test'],
  )
  assert.equal(noRoutes, [])
  const long = 'x'.repeat(64)
  assert.equal(new Rules(given).of(long).noRoutes, [`${long}.Example.test/API/`, `*.${long}.test`])
})

test('Rules leaves out what is ignored, and what is not allowed', () => {
  const served = ['web', 'preview-7', 'preview-internal', 'db'].filter(name => rules.serves(name))
  assert.equal(served, ['web', 'preview-7'])
  assert.ok(new Rules().serves('db'))
})

test('Rules knows the hooks of a pod, and requests for which nobody is woken', () => {
  assert.equal(
    rules.hooksOf('web', 'before-start').map(({ command }) => command),
    ['all', 'one'],
  )
  assert.equal(
    rules.hooksOf('db', 'before-start').map(({ command }) => command),
    ['all'],
  )
  assert.equal(rules.hooksOf('web', 'after-start'), [])
  const quiet = (path: string, agent?: string) => rules.isQuiet(path, agent)
  assert.equal(
    [quiet('/health'), quiet('/health/x'), quiet('/ping/x'), quiet('/', 'Mozilla (uptimerobot/2.0)')],
    [true, true, true, true],
  )
  assert.equal([quiet('/healthy'), quiet('/'), quiet('/', 'curl')], [false, false, false])
})

test.run()
