import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Output } from '../../../cli/say/output.ts'
import { deploysTable, diffText } from '../../../cli/say/version-change.ts'

const same = { from: 1, to: 2, files: [], config: [], exports: { added: [], removed: [] }, patch: '', isCut: false }

test('diffText() has a line for each file, key and export, and then the lines of texts', () => {
  const text = diffText(
    {
      ...same,
      files: [
        { path: 'a.js', change: 'changed', size: 2048, before: 1024 },
        { path: 'b.js', change: 'added', size: 10 },
      ],
      config: [{ key: 'scale', from: 1 }],
      exports: { added: ['add'], removed: ['sub'] },
      patch: '--- a/a.js\n',
      isCut: true,
    },
    { name: 'web' },
  )
  assert.equal(text.split('\n').slice(0, 6), [
    'v1 → v2 of web',
    '~ a.js  1.0 KB → 2.0 KB',
    '+ b.js  10 B',
    'policy scale: 1 → not set',
    'exports add, which is new',
    'exports sub no more',
  ])
  assert.match(text, /--- a\/a\.js\nThe rest .*maxDiffBytes/)
  assert.is(diffText(same, { name: 'web' }), 'v1 and v2 of web are the same')
})

test('deploysTable() has the newest first, with the message of the version or why it failed', async () => {
  const at = '2026-11-20T10:00:00.000Z'
  const deploys = [
    { number: 1, kind: 'start', to: 1, at, by: 'ci', outcome: 'ok', tookMs: 12 },
    { number: 2, kind: 'reload', from: 1, to: 1, at, by: 'ann', outcome: 'failed', why: 'it threw', tookMs: 1500 },
  ] as const
  const versions = [{ version: 1, message: 'first' }] as never
  const [, newest, oldest] = (await deploysTable(deploys, { versions, output: new Output({ json: false }) })).split(
    '\n',
  )
  assert.match(newest ?? '', /ann +reload +v1 → v1 +failed +1\.5 s +it threw/)
  assert.match(oldest ?? '', /ci +start +- → v1 +ok +12 ms +first/)
})

test.run()
