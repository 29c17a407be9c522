// A place in what a person wrote, by the source map of the bundle where there is one.
import { transformSync } from 'esbuild'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { placeIn } from '../../../daemon/image/place.ts'

const code = 'const a = 1\n  const b = wrong()\n'
const offset = code.indexOf('wrong')

test('placeIn() counts lines and columns from 1, and has the text of the line', () => {
  const place = placeIn(code, offset, { file: 'app.js' })
  assert.is(String(place), 'app.js:2:13')
  assert.is(place.text, 'const b = wrong()')
  assert.is(String(placeIn(code, 0, { file: 'app.js' })), 'app.js:1:1')
})

test('placeIn() names the source that it was made from', () => {
  const source = 'interface A { a: string }\n\nexport const a = wrong()\n'
  const made = transformSync(source, { loader: 'ts', sourcemap: true, sourcefile: 'app.ts' })
  const place = placeIn(made.code, made.code.indexOf('wrong'), { file: 'app.ts', map: made.map })
  assert.equal([place.file, place.line], ['app.ts', 3])
})

test('placeIn() takes the place in the code where the map is broken or does not know', () => {
  for (const map of ['', 'nonsense', '{}', '{"version":3,"sources":[],"names":[],"mappings":""}'])
    assert.is(String(placeIn(code, offset, { file: 'app.js', map })), 'app.js:2:13', map)
})

test('placeIn() cuts a line that is long', () => {
  assert.is(placeIn(`f(${'x'.repeat(500)})`, 2, { file: 'app.js' }).text.length, 120)
})

test.run()
