import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Desired } from '../../../daemon/store/desired.ts'
import { ImagesInUse } from '../../../daemon/tree/images-in-use.ts'
import { errorOf } from '../../fails.ts'

const pod = (...hashes: string[]) => ({
  problem: undefined,
  underWay: [],
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
  const images = new ImagesInUse(() => [pod('a'), { problem: 'Cannot use pod.json', inForce: undefined, underWay: [] }])
  assert.equal(images.unusedOf(['d']), [])
})

test('resting are those that no run has, and that are meant neither to run nor to be reloaded to', () => {
  const web = pod('a', 'b', 'c', 'd', 'e')
  const { desired } = web.inForce
  const reload = { version: 3, params: {}, config: {}, generation: 1, width: 1, past: [] }
  const running = { ...web, inForce: { desired: { ...desired, version: 1, reload } }, underWay: [{ version: 4 }] }
  assert.equal(new ImagesInUse(() => [running]).resting, ['b'])
  assert.equal(new ImagesInUse(() => [running, pod('x', 'b')]).resting, ['x'])
  assert.equal(new ImagesInUse(() => [web]).resting, ['a', 'b', 'c', 'd'])
  const broken = { problem: 'Cannot use pod.json', inForce: undefined, underWay: [] }
  assert.equal(new ImagesInUse(() => [web, broken]).resting, [])
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
