// Pushed code and its source map: read without being run, or refused as an image.
import assert from 'node:assert/strict'
import fc from 'fast-check'
import { inspectImage } from '../../../daemon/image/inspect.ts'
import { placeIn } from '../../../daemon/image/place.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { asJson, damaged, nearly, oddText, oddValue } from '../garbage.ts'
import { config } from '../messages.ts'
import { holdsFor, type Target } from '../target.ts'

const snippets = [
  'export default async (params, bus, p8a) => { setInterval(() => {}, 1000) }',
  'export const read = () => 1; export default () => {}',
  'export * from "node:fs"',
  'export { a as default, b as "odd name" }; const a = () => {}, b = 1',
  'module.exports = () => {}; module.exports.config = { scale: 2 }',
  'exports.default = function () {}; Object.defineProperty(exports, "x", { get() {} })',
  'var __export = (t, all) => {}; __export(x, { a: () => a }); module.exports = __toCommonJS(x)',
  'export class A { static #b = /(?<x>a+)+$/u; get [`c`]() { return super.d } }',
  'with (a) { b = 010 }',
  '#!/usr/bin/env node\n<!-- x\nreturn',
]

const code = fc.oneof(
  damaged(fc.constantFrom(...snippets)),
  config.map(config => `export const config = ${JSON.stringify(config)}; export default () => {}`),
  oddText,
  fc
    .tuple(
      fc.constantFrom('(', '[', '{', 'a(', 'a.', '!', 'a?', 'a+', '`${', 'async()=>', 'class{[', 'if(a)'),
      fc.nat(9000),
    )
    .map(([text, count]) => text.repeat(count)),
  fc.nat(9000).map(count => `export default () => ${'a+'.repeat(count)}a`),
  fc.nat(9000).map(count => `export const config = ${'['.repeat(count)}${']'.repeat(count)}`),
)

const map = asJson(
  nearly({
    version: fc.constant(3),
    sources: fc.array(oddText, { maxLength: 2 }),
    names: fc.array(oddText, { maxLength: 2 }),
    mappings: fc.oneof(
      fc.string({ unit: fc.constantFrom('A', 'g', ';', ',', 'D', '/', '+', '!'), maxLength: 30 }),
      oddText,
    ),
    sections: fc.array(nearly({ offset: nearly({ line: fc.nat(9), column: fc.nat(9) }), map: oddValue }), {
      maxLength: 2,
    }),
  }),
)

export const images: Target = {
  id: 'images',
  promise: 'pushed code is read, or refused with its place, whatever its source map says',
  open: () => ({
    property: holdsFor(fc.tuple(code, map, fc.nat(200)), ([code, map, offset]) => {
      try {
        const { exports } = inspectImage(code, { map, file: 'web.js' })
        assert.ok(exports.every(name => typeof name === 'string'))
      } catch (error) {
        const isTold = error instanceof P8aError && ['bad_image', 'bad_config', 'unsupported'].includes(error.code)
        assert.ok(isTold, String((error as Error).stack).slice(0, 1000))
      }
      const place = placeIn(code, Math.min(offset, code.length), { map, file: 'web.js' })
      assert.equal(typeof `${place}`, 'string')
    }),
  }),
}
