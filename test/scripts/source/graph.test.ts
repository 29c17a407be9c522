import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { circlesOf, type Graph, reachedAtRuntime } from '../../../scripts/source/graph.ts'

const test = suite('graph')

/** A graph of `a>b` for an import, `a-b` for one of types. */
function graph(...arrows: string[]): Graph {
  const files = new Set(arrows.flatMap(arrow => arrow.split(/[>-]/)))
  const from = (file: string) => arrows.filter(arrow => arrow.split(/[>-]/)[0] === file)
  const arrowOf = (arrow: string) => ({ to: arrow.split(/[>-]/)[1] ?? '', isType: arrow.includes('-') })
  return new Map([...files].map(file => [file, from(file).map(arrowOf)]))
}

test('circlesOf() finds each circle whole, types counted, and nothing that hangs on it', () => {
  assert.equal(circlesOf(graph('a>b', 'b>c', 'a>c', 'c>d')), [])
  assert.equal(circlesOf(graph('a>b', 'b-c', 'c>b', 'c>d')), [['b', 'c']])
  assert.equal(circlesOf(graph('a>b', 'b>c', 'c>a', 'c>d', 'd>e', 'e>c', 'f>g', 'g>f')), [
    ['a', 'b', 'c', 'd', 'e'],
    ['f', 'g'],
  ])
  assert.equal(circlesOf(graph('a>a', 'b>a')), [['a']])
})

test('reachedAtRuntime() follows all imports but those of types', () => {
  assert.equal([...reachedAtRuntime(graph('a>b', 'b>c', 'b-d', 'd>e'), 'a')].sort(), ['a', 'b', 'c'])
})

test.run()
