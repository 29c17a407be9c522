import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Desired } from '../../../daemon/store/desired.ts'
import { readImages } from '../../../daemon/tree/read-images.ts'
import { failsWith } from '../../fails.ts'
import { Inside } from '../inside/host.ts'

/** A host with two versions of `web`, and what is wanted of it. */
async function opened() {
  const host = await Inside.open()
  await host.push('web')
  await host.push('web', { exports: ['more'] })
  const { desired } = host.kept.root.pods.get('web').supervisor.inForce ?? {}
  return { host, desired: { ...desired, version: 1 } as Desired, paths: host.seams.paths }
}

test('readImages() reads that of the version that is wanted, and of the one to which it is reloaded', async () => {
  const { host, desired, paths } = await opened()
  await using _ = host
  const [first, second] = desired.images
  const alone = await readImages(paths, desired, 'pod.json')
  assert.equal([alone.image.hash, alone.next], [first?.hash, undefined])
  const reload = { version: 2, params: {}, config: {}, generation: 1, width: 1, past: [] }
  const both = await readImages(paths, { ...desired, reload }, 'pod.json')
  assert.equal([both.image.hash, both.next?.hash], [first?.hash, second?.hash])
})

test('readImages() names the file that wants a version that is not there', async () => {
  const { host, desired, paths } = await opened()
  await using _ = host
  const error = await failsWith('state_broken', () => readImages(paths, { ...desired, version: 7 }, 'pod.json'))
  assert.is(error.message, 'Cannot use pod.json: there is no version 7')
})

test.run()
