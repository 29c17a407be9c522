// What is left of an image that a pod pushes.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Image } from '../../../protocol/author.ts'
import { onlyImage } from '../../../shim/verbs/only-image.ts'

test('onlyImage() keeps what a push takes, of code and of folders, and nothing else', () => {
  const code: Image = { name: 'web', code: 'x', labels: { team: 'a' }, message: 'why', command: 'sh run.sh' }
  const folder: Image = {
    name: 'site',
    tree: { files: {} },
    entry: 'server.js',
    args: ['--fast'],
    writable: ['data'],
    builtFor: { platform: 'linux', arch: 'arm64', modules: '141' },
  } as never
  for (const image of [code, folder])
    assert.equal(JSON.parse(JSON.stringify(onlyImage({ ...image, from: 'the author' } as Image))), image)
})

test.run()
