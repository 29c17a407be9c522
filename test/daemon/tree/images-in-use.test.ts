import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Desired } from '../../../daemon/store/desired.ts'
import { ImagesInUse } from '../../../daemon/tree/images-in-use.ts'
import { errorOf } from '../../fails.ts'

const pod = (...hashes: string[]) => ({
  problem: undefined,
  inForce: {
    desired: {
      v: 1,
      images: hashes.map((hash, index) => ({ version: index + 1, hash, size: 1, pushedAt: '' })),
      version: 0,
      params: {},
      config: {},
      want: 'idle',
      generation: 0,
    } satisfies Desired,
  },
})

test('unusedOf() leaves out what any version of any pod refers to', () => {
  const images = new ImagesInUse(() => [pod('a', 'b'), pod('b', 'c')])
  assert.equal(images.unusedOf(['a', 'b', 'c', 'd']), ['d'])
})

test('unusedOf() has none while the file of a pod cannot be read', () => {
  const images = new ImagesInUse(() => [pod('a'), { problem: 'Cannot use pod.json', inForce: undefined }])
  assert.equal(images.unusedOf(['d']), [])
})

test('keep() keeps an image until the last work with it is over, also where that fails', async () => {
  const images = new ImagesInUse(() => [])
  const one = Promise.withResolvers<string>()
  const two = Promise.withResolvers<string>()
  const first = images.keep('d', () => one.promise)
  const second = errorOf(() => images.keep('d', () => two.promise))
  assert.equal(images.unusedOf(['d']), [])
  one.resolve('pushed')
  assert.is(await first, 'pushed')
  assert.equal(images.unusedOf(['d']), [])
  two.reject(new Error('no space'))
  assert.is((await second).message, 'no space')
  assert.equal(images.unusedOf(['d']), ['d'])
})

test.run()
