import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { exceeded, quotaText } from '../../../daemon/bounds/quota-exceeded.ts'

test('exceeded() names the quota, what is used of it, what this would take, and what to do', () => {
  const pods = exceeded('team', { key: 'pods', most: 3, used: 3, more: 1, pod: 'web' })
  assert.is(pods.message, 'Cannot push pod "web": "team" may have 3 pods, and has 3; this would be 1 more')
  assert.match(pods.hint ?? '', 'Remove a pod that is not needed; to see what is used: pod quota REMOTE')
  assert.equal(pods.facts, { pod: 'web', quota: 'team', key: 'pods', most: 3, used: 3, more: 1 })
  const images = exceeded('team', { key: 'images', most: 2048, used: 1024, more: 1536 })
  assert.is(images.message, 'Cannot push: "team" may have 2.0 KB of images, and has 1.0 KB; this would be 1.5 KB more')
  assert.match(images.hint ?? '', 'Remove a pod; or old versions: pod image prune REMOTE --keep 1; to see what is used')
  const full = exceeded('team', { key: 'images', most: 2048, used: 3072 })
  assert.is(full.message, 'Cannot push: "team" may have 2.0 KB of images, and has 3.0 KB')
  assert.equal(full.facts, { quota: 'team', key: 'images', most: 2048, used: 3072 })
  assert.equal(
    [quotaText('runs', 1), quotaText('items', 0), quotaText('memory', 1024)],
    ['1 run', '0 items', '1.0 KB of memory'],
  )
})

test.run()
