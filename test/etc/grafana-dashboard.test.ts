// The dashboard asks for metrics that there are, by labels that they have. Not here: what Grafana makes of it.
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { root } from '../paths.ts'

const read = (file: string) => readFileSync(join(root, file), 'utf8')

test('etc/grafana-dashboard.json asks for metrics that docs/METRICS.md names, with labels that they have', () => {
  const rows = [...read('docs/METRICS.md').matchAll(/^\| `(p8a_\w+)` \| \w+ \| (.*?) \|/gm)]
  const labels = new Map(
    rows.map(([, name = '', cell = '']) => [name, [...cell.matchAll(/`(\w+)`/g)].map(([, l]) => l)]),
  )
  const { panels } = JSON.parse(read('etc/grafana-dashboard.json')) as { panels: { targets: { expr: string }[] }[] }
  const asked = panels.flatMap(({ targets }) => targets.map(({ expr }) => expr))
  assert.ok(asked.length > 0)
  for (const expr of asked) {
    const names = expr.match(/p8a_\w+/g) ?? []
    assert.ok(names.length > 0, expr)
    for (const name of names) assert.ok(labels.has(name), name)
    for (const [, name = '', matchers = ''] of expr.matchAll(/(p8a_\w+)\{([^}]*)\}/g)) {
      for (const [, label = ''] of matchers.matchAll(/(\w+)=~/g))
        assert.ok(label === 'instance' || labels.get(name)?.includes(label), `${name} has ${label}`)
    }
  }
})

test.run()
