import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { podNameOf, projectOf } from '../../../cli/project/project-name.ts'
import { scratch } from '../../scratch.ts'

test('projectOf() is the name that is given, or that of the folder with a mark of where it lies', () => {
  using at = scratch()
  const one = at.file('a/shop/pods.yaml', '')
  const two = at.file('b/shop/pods.json', '')
  assert.is(projectOf(one, 'store'), 'store')
  assert.match(projectOf(one), /^shop-[0-9a-f]{8}$/)
  assert.is.not(projectOf(one), projectOf(two), 'two folders are two projects')
  assert.is(projectOf(at.path('a/shop')), projectOf(one), 'a folder, and the manifest that it gets later, are one')
  assert.is.not(projectOf(at.file('a/shop/pods.test.yaml', '')), projectOf(one), 'another manifest is another project')
})

test('podNameOf() makes a name of a file or a folder', () => {
  const file = (path: string) => podNameOf(path, { isFolder: false })
  assert.is(file('/srv/server.js'), 'server')
  assert.is(file('/srv/My Server.v2.ts'), 'my-server-v2')
  assert.is(file('/srv/2fast_.mjs'), 'fast')
  assert.is(podNameOf('/srv/my.app', { isFolder: true }), 'my-app')
  assert.is(podNameOf('/srv/123', { isFolder: true }), '')
  assert.is(podNameOf(`/srv/${'a'.repeat(70)}`, { isFolder: true }).length, 63)
})

test.run()
