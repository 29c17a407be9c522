import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Image } from '../../../daemon/image/store.ts'
import { inForceOf } from '../../../daemon/pod/in-force.ts'
import type { Desired } from '../../../daemon/store/desired.ts'
import { imagesOf, toldOf } from '../../../daemon/tree/in-force-told.ts'
import type { PodConfig } from '../../../protocol/config.ts'

const hash = 'a'.repeat(64)

function inForce({ image = {}, desired = {} }: { image?: PodConfig; desired?: Partial<Desired> } = {}) {
  const wanted: Desired = {
    v: 1,
    images: [{ version: 1, hash, size: 9, pushedAt: '2026-11-20T10:00:00.000Z' }],
    version: 1,
    params: {},
    config: {},
    want: 'up',
    generation: 1,
    ...desired,
  }
  const kept: Image = {
    v: 1,
    hash,
    size: 9,
    kind: 'service',
    format: 'esm',
    exports: ['hi'],
    config: image,
    file: 'web.js',
  }
  return { inForce: inForceOf(wanted, kept) }
}

test('toldOf() tells the names of variables, and never what they hold', () => {
  const { config } = toldOf(
    inForce({ image: { env: { KEY: 'secret' } }, desired: { config: { env: { PIN: '1234' } } } }),
  )
  assert.equal(config.env, ['KEY', 'PIN'])
  assert.not.match(JSON.stringify(config), /secret|1234/)
})

test('toldOf() merges the config of the code with that of the start, and tells labels and exports', () => {
  const told = toldOf(inForce({ image: { retries: 3, labels: { tier: 'web' } }, desired: { config: { retries: 5 } } }))
  assert.is(told.config.retries, 5)
  assert.equal([told.labels, told.exports], [{ tier: 'web' }, ['hi']])
})

test('toldOf() tells nothing of a pod whose files cannot be read', () => {
  assert.equal(toldOf({ inForce: undefined }), { labels: {}, exports: [], config: {} })
})

test('imagesOf() names the versions that are kept, and the file of one that was pushed from a file', () => {
  const pushed = (version: number) => ({ version, hash, size: 9, pushedAt: '2026-11-20T10:00:00.000Z' })
  const [one, two] = imagesOf(inForce({ desired: { images: [pushed(1), { ...pushed(2), file: 'web.ts' }] } }))
  assert.equal([one?.version, one?.file], [1, undefined])
  assert.not.ok(one && 'file' in one)
  assert.equal([two?.version, two?.file], [2, 'web.ts'])
  assert.equal(imagesOf({ inForce: undefined }), [])
})

test.run()
