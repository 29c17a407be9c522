import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readManifest } from '../../../cli/project/manifest.ts'
import type { P8aError } from '../../../protocol/errors.ts'
import { failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'

const read = async (at: Scratch, text: string) =>
  await readManifest(text, { file: at.file('pods.yaml', text), shown: 'pods.yaml' })

const refused = async (at: Scratch, text: string): Promise<P8aError> =>
  await failsWith('bad_config', async () => await read(at, text))

test('readManifest() reads pods: what is pushed, params, policy, variables', async () => {
  using at = scratch()
  at.file('web/index.js', '')
  at.file('.env', 'A=file\nB=file\n')
  process.env.P8A_TEST_OWN = 'mine'
  const { id, pods } = await read(
    at,
    `project: shop
x-common: &common { restart: on-failure }
pods:
  hello: p8a:hello
  web:
    <<: *common
    push: ./web
    entry: index.js
    args: [--verbose]
    build: false
    params: { port: 8080 }
    envFile: .env
    env: { A: "1", P8A_TEST_OWN: }
    scale: 2
    needs: [hello]
    check: { interval: 5s }
    writable: [./data/, app.db]
    start: false
`,
  )
  delete process.env.P8A_TEST_OWN
  assert.is(id, 'shop')
  assert.is(pods[0]?.push.path, 'p8a:hello')
  const { push, ...web } = pods[1] ?? { push: undefined }
  assert.equal(JSON.parse(JSON.stringify(push)), {
    entry: 'index.js',
    args: ['--verbose'],
    noBuild: true,
    path: at.path('web'),
    writable: ['./data/', 'app.db'],
  })
  assert.equal(web, {
    name: 'web',
    params: { port: '8080' },
    config: {
      restart: 'on-failure',
      env: { A: '1', B: 'file', P8A_TEST_OWN: 'mine' },
      scale: 2,
      needs: ['hello'],
      check: { interval: '5s' },
    },
    starts: false,
    needsAt: 'pods.yaml:15:5',
  })
})

test('readManifest() takes the folder of the manifest for a pod that only says what starts in it', async () => {
  using at = scratch()
  const { pods } = await read(at, 'pods: { web: { command: "python3 -m http.server" } }')
  assert.is(pods[0]?.push.path, at.dir)
})

test('readManifest() names the place of what only a host would find', async () => {
  using at = scratch()
  at.file('a.js', '')
  const { message } = await refused(
    at,
    'pods:\n  a:\n    push: a.js\n    schedule: x y\n  b:\n    push: a.js\n    sleep: 5m\n  c: { push: a.js, listen: 8080 }\n  d: { push: a.js, listen: 8080 }\n',
  )
  assert.match(message, /:4:5: "schedule" "x y": it has 2 fields/)
  assert.match(message, /:7:5: "b" has sleep, and no port/)
  assert.match(message, /:9:\d+: "d" has the address \*:8080, which is that of "c"/)
})

test('readManifest() refuses a wrong manifest whole, and names each thing with its place', async () => {
  using at = scratch()
  at.file('web/index.js', '')
  const { message, hint, facts } = await refused(
    at,
    `pods:
  Web: ./web
  web:
    push: ./web
    scal: 2
    retries: many
    check: { intervall: 5s }
    env: { P8A_TEST_NONE: }
  api: { push: ./gone, depends_on: [web] }
  none: {}
  list: [1]
services: {}
`,
  )
  const lines = message.split('\n')
  assert.is(lines[0], 'Cannot use pods.yaml:')
  const wanted = [
    /pods\.yaml:12:1: "services" is unknown/,
    /pods\.yaml:2:3: .*does not start with a lower-case letter/,
    /pods\.yaml:5:5: "scal" is unknown/,
    /pods\.yaml:6:5: "retries" is not a whole number/,
    /pods\.yaml:7:14: "check.intervall" is unknown/,
    /pods\.yaml:8:12: "env.P8A_TEST_NONE" has no value/,
    /pods\.yaml:9:10: there is nothing at "\.\/gone"/,
    /pods\.yaml:9:24: "depends_on" is unknown/,
    /pods\.yaml:10:3: "none" does not say what is pushed/,
    /pods\.yaml:11:3: "list" is not a pod/,
  ]
  for (const line of wanted)
    assert.ok(
      lines.some(text => line.test(text)),
      `${line} in ${message}`,
    )
  assert.is(lines.length, wanted.length + 1, message)
  assert.match(hint ?? '', /Did you mean "scale"\?/)
  assert.match(hint ?? '', /"depends_on" is "needs" here/)
  assert.is((facts.problems as unknown[]).length, wanted.length)
})

test('readManifest() refuses pods that need each other, texts that are no texts, and what has no pods', async () => {
  using at = scratch()
  at.file('web/index.js', '')
  const cases: [string, RegExp][] = [
    [
      'pods: { a: { push: web, needs: [b] }, b: { push: web, needs: [a] } }',
      /^Cannot use the manifest: pods\.yaml:1:25: .*a → b → a/,
    ],
    ['pods: { a: { push: web, params: { x: [1] } } }', /1:25: "params" is not an object of texts/],
    ['pods: { a: { push: web, env: [A=1] } }', /1:25: "env" must be an object of texts/],
    ['pods: { a: { push: web, envFile: gone.env } }', /1:25: .*there is no such file/],
    ['project: My Shop\npods: {}', /1:1: "project" is not a name/],
    ['pods: [web]', /1:1: "pods" is not an object of pods/],
    ['{}', /"pods" is not an object of pods/],
    ['', /is no list of pods/],
    ['- web', /is no list of pods/],
  ]
  for (const [text, message] of cases) assert.match((await refused(at, text)).message, message)
})

test.run()
