import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseSource } from '../../../cli/project/source.ts'
import { failsWith } from '../../fails.ts'

const read = (text: string) => parseSource(text, { file: 'pods.yaml', texts: ['env'] })

test('parseSource() reads YAML and JSON, and says where a value stands', () => {
  const source = read('pods:\n  web:\n    scale: 2\n    needs: [db, cache]\n')
  assert.equal(source.value, { pods: { web: { scale: 2, needs: ['db', 'cache'] } } })
  assert.is(source.at(['pods', 'web', 'scale']), 'pods.yaml:3:5')
  assert.is(source.at(['pods', 'web', 'needs', 1]), 'pods.yaml:4:17')
  assert.is(source.at(['pods', 'web', 'nothing']), 'pods.yaml:2:3')
  const json = read('{\n\t"pods": { "web": { "scale": 2 } }\n}')
  assert.equal(json.value, { pods: { web: { scale: 2 } } })
  assert.is(json.at(['pods', 'web', 'scale']), 'pods.yaml:2:21')
})

test('parseSource() keeps texts as they are written, and follows aliases and merges', () => {
  const source = read(
    'x-base: &base\n  V: 3.10\nweb:\n  env:\n    <<: *base\n    ON: true\n    N: 1e3\n    NAME: "1"\n',
  )
  assert.equal((source.value as { web: object }).web, { env: { V: '3.10', ON: 'true', N: '1e3', NAME: '1' } })
  assert.is(source.at(['web', 'env', 'V']), 'pods.yaml:2:3')
})

test('parseSource() refuses what is no YAML, keys that stand twice, and many documents, each with its place', async () => {
  const cases: [string, RegExp][] = [
    ['a: [1, 2', /pods\.yaml:1:9/],
    ['a: 1\nb: 2\na: 3\n', /pods\.yaml:3:1: Map keys must be unique/],
    ['a: 1\n---\nb: 2\n', /pods\.yaml:2:1: .*multiple documents/],
    ['a: *gone\n', /pods\.yaml:1:4/],
  ]
  for (const [text, message] of cases) assert.match((await failsWith('bad_config', () => read(text))).message, message)
})

test('parseSource() refuses a small file that would become a large one', async () => {
  const lines = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]']
  for (let n = 1; n < 8; n++)
    lines.push(
      `a${n}: &a${n} [${Array(10)
        .fill(`*a${n - 1}`)
        .join(', ')}]`,
    )
  assert.match((await failsWith('bad_config', () => read(lines.join('\n')))).message, /alias/i)
})

test.run()
