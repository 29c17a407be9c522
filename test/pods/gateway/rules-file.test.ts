import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { noRules, parseRules } from '../../../pods/gateway/rules-file.ts'
import { errorOf } from '../../fails.ts'

const whole = `
rules:
  - pattern: preview-(.*)
    route: $1.preview.test
    sleep: 15m
    needs: db
    pause: { stop: 0 20 * * *, start: 0 7 * * 1-5, zone: Europe/Berlin }
ignore: [internal-.*]
quiet: { agents: [UptimeRobot], paths: [/health] }
hooks:
  - on: before-start
    command: ./migrate.sh
    timeout: 5s
`

test('parseRules() takes YAML and JSON', () => {
  const rules = parseRules(whole)
  const [rule] = rules.rules
  assert.equal([rule?.route, rule?.sleep, rule?.needs], [['$1.preview.test'], 900_000, ['db']])
  assert.equal(rules.hooks, [{ on: ['before-start'], command: './migrate.sh', timeout: 5000 }])
  assert.equal(
    parseRules(JSON.stringify({ hooks: [{ on: ['after-stop'], command: 'true' }] })).hooks[0]?.timeout,
    30_000,
  )
  assert.equal(parseRules('rules: []'), noRules)
})

test('parseRules() refuses the whole file, and says line and reason', async () => {
  const wrong: Record<string, RegExp> = {
    'rules:\n  - pattern: "("\n': /^line 2: rules\.0\.pattern "\(": missing closing \)/,
    'rules:\n  - pattern: a\n    route: http://$1.test\n': /^line 3: rules\.0\.route is no route/,
    '': /^line 1: the file is empty/,
    'rules:\n  - pattern: a\n    sleep: soon\n': /^line 3: rules\.0\.sleep is "soon", which is no time/,
    'rules:\n  - pattern: a\n    pause: { stop: nightly }\n': /^line 3: rules\.0\.pause\.stop /,
    'rules:\n  - pattern: a\n    pause: { stop: 0 20 * * *, zone: Nowhere }\n': /^line 3: rules\.0\.pause\.zone /,
    'rules:\n  - pattern: a\n    sleeps: 1m\n': /^line 3: rules\.0\.sleeps has no place here: use pattern, route/,
    'rules:\n  - route: a.test\n': /^line 2: rules\.0\.pattern is missing$/,
    'rules: [a]\n': /^line 1: rules\.0 must be a map of pattern, route/,
    'rules:\n  - pattern: a\n    pause: [x]\n': /^line 3: rules\.0\.pause must be a map of stop, start, zone$/,
    'hooks:\n  - on: start\n    command: x\n': /^line 2: hooks\.0\.on(\.0)? must be before-start/,
    'rules: [\n\n': /^line \d: /,
    'rule: []\n': /^line 1: rule has no place here: use rules, allow/,
    '- a\n': /^line 1: the file must be a map of rules, allow/,
    'text\n': /^line 1: the file must be a map of rules, allow/,
  }
  for (const [text, pattern] of Object.entries(wrong))
    assert.match((await errorOf(() => parseRules(text))).message, pattern, text)
})

test.run()
