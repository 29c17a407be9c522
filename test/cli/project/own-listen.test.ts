import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { mayListen } from '../../../cli/project/own-listen.ts'
import { scratch } from '../../scratch.ts'

test('mayListen() looks where a config stands, and nowhere else', async () => {
  using at = scratch()
  const listening = JSON.stringify({ listen: 'auto' })
  const inPackage = (pod: unknown) =>
    JSON.stringify({ pod, keywords: ['listen'], scripts: { start: 'node listen.js' } })
  for (const [file, text, path, expected] of [
    ['a.js', "export const config = { listen: 'auto' }", 'a.js', true],
    ['b.ts', 'export default () => {}', 'b.ts', false],
    ['c.js', 'export default () => listener()', 'c.js', false],
    ['d.py', 'server.listen(8080)', 'd.py', false],
    ['e.sh', '#!/bin/sh\nlisten', 'e.sh', false],
    ['f/package.json', inPackage({ listen: 8080 }), 'f', true],
    ['g/package.json', inPackage({ scale: 2 }), 'g', false],
    ['h/index.js', 'server.listen(8080)', 'h', false],
    ['i/pod.json', listening, 'i', true],
    ['j/pod.json', JSON.stringify({ scale: 2 }), 'j', false],
    ['j/package.json', inPackage({ listen: 8080 }), 'j', false],
    ['k/pod.json', '{', 'k', true],
  ] as const) {
    at.file(file, text)
    assert.is(await mayListen(at.path(path)), expected, file)
  }
  assert.equal([await mayListen('p8a:gateway'), await mayListen(at.path('none'))], [true, false])
})

test.run()
