import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { familiesIn } from '../../../pods/otlp/exposition.ts'

test('familiesIn() reads names, types, helps, labels and values', () => {
  const text = String.raw`# HELP p8a_a_total How often, by \\ "kind"
# TYPE p8a_a_total counter
p8a_a_total{kind="x",why="a \"b\", c\\d\ne"} 3
p8a_a_total{kind="{y}",why=""} 1.5e+9
# HELP p8a_b None
# TYPE p8a_b gauge
# TYPE p8a_c gauge
p8a_c -0.5
p8a_d 1 1700000000000
nonsense
{} 1
`
  assert.equal(familiesIn(text), [
    {
      ...{ name: 'p8a_a_total', type: 'counter', help: 'How often, by \\ "kind"' },
      samples: [
        { labels: { kind: 'x', why: 'a "b", c\\d\ne' }, value: 3 },
        { labels: { kind: '{y}', why: '' }, value: 1.5e9 },
      ],
    },
    { name: 'p8a_c', type: 'gauge', help: '', samples: [{ labels: {}, value: -0.5 }] },
    { name: 'p8a_d', type: 'untyped', help: '', samples: [{ labels: {}, value: 1 }] },
  ])
})

test.run()
