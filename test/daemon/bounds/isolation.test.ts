// The command lines of processes that are kept apart. Not here: whether they are (e2e/isolation).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { permissionFlags, sandboxPrefix, type View } from '../../../daemon/bounds/isolation.ts'

const view: View = {
  data: '/var/lib/p8a',
  cwd: '/var/lib/p8a/pods/web/storage',
  read: ['/var/lib/p8a/images/1', '/opt/p8a'],
  write: ['/var/lib/p8a/pods/web/storage', '/var/lib/p8a/c/1'],
}
const binds = (prefix: readonly string[], how: string) =>
  prefix.flatMap((word, at) => (word === how ? [prefix[at + 1]] : []))

test('sandboxPrefix() hides the data directory and homes before it shows what is named, folders before what lies in them', () => {
  const prefix = sandboxPrefix({ by: 'sandbox', read: ['/srv/maps/a', '/srv'], write: ['/srv/out'] }, view, {
    there: ['/home'],
  })
  assert.equal(binds(prefix, '--tmpfs'), ['/home', '/var/lib/p8a'])
  assert.equal(binds(prefix, '--ro-bind'), ['/', '/srv', '/opt/p8a', '/srv/maps/a', '/var/lib/p8a/images/1'])
  assert.equal(binds(prefix, '--bind'), ['/srv/out', '/var/lib/p8a/c/1', '/var/lib/p8a/pods/web/storage'])
  assert.ok(prefix.lastIndexOf('--tmpfs') < prefix.indexOf('--bind'))
  assert.equal(prefix.slice(-3), ['--chdir', view.cwd, '--'])
  assert.not.ok(prefix.includes('--unshare-net'))
  assert.ok(sandboxPrefix({ by: 'sandbox', network: false }, view, { there: [] }).includes('--unshare-net'))
})

test('sandboxPrefix() never ties a run to the life of its host', () => {
  assert.not.ok(sandboxPrefix({ by: 'sandbox' }, view).includes('--die-with-parent'))
})

test('permissionFlags() lets it read what it may write, and names the network only where Node knows it', () => {
  const flags = permissionFlags({ by: 'permission', read: ['/srv'] }, view, flag => flag !== '--allow-net')
  assert.is(flags[0], '--permission')
  assert.ok(['/srv', '/opt/p8a', ...view.write].every(path => flags.includes(`--allow-fs-read=${path}`)))
  assert.equal(
    flags.filter(flag => flag.startsWith('--allow-fs-write=')).map(flag => flag.slice('--allow-fs-write='.length)),
    view.write,
  )
  assert.not.ok(flags.includes('--allow-net'))
  assert.ok(permissionFlags({ by: 'permission' }, view, () => true).includes('--allow-net'))
})

test.run()
