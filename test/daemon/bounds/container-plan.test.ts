// The command lines of podman and docker. Not here: whether podman does what they say (e2e/containers).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  type Contained,
  containerName,
  containerPrefix,
  removeArguments,
  runArguments,
} from '../../../daemon/bounds/container-plan.ts'

const of: Contained = {
  engine: { name: 'podman', version: '4.3.1', init: ['--init'] },
  isolate: { by: 'container' },
  view: {
    data: '/var/lib/p8a',
    cwd: '/var/lib/p8a/pods/web/storage',
    read: ['/var/lib/p8a/images/1', '/srv/p8a'],
    write: ['/var/lib/p8a/pods/web/storage'],
  },
  there: ['/usr', '/etc'],
  key: 'team/web.7',
  isNode: true,
  sockets: 0,
  hasStdin: false,
  limits: { files: '1024:4096', processes: 500 },
  ids: { uid: 1000, gid: 1001 },
}
const valuesOf = (args: readonly string[], name: string) =>
  args.flatMap((word, at) => (word === name ? [args[at + 1]] : []))

test('runArguments() shows what is named and the system, a folder before what lies in it, and nothing of the data directory', () => {
  const args = runArguments({ ...of, isolate: { by: 'container', read: ['/srv'], write: ['/srv/out'] } }, ['A'])
  const mounts = (paths: readonly string[], more: string) =>
    paths.map(path => `type=bind,source=${path},target=${path}${more}`)
  assert.equal(valuesOf(args, '--mount'), [
    ...mounts(['/usr', '/etc', '/srv', '/srv/p8a', '/var/lib/p8a/images/1'], ',readonly'),
    ...mounts(['/srv/out', '/var/lib/p8a/pods/web/storage'], ''),
  ])
  assert.equal(valuesOf(args, '--tmpfs'), ['/tmp'])
  assert.equal(valuesOf(args, '--cap-drop'), ['ALL'])
  assert.is(args.at(-1), 'localhost/p8a-empty:1')
})

test('runArguments() hides a data directory that lies in a folder of the system, and quotes a path that has a comma', () => {
  const view = { ...of.view, data: '/usr/p8a', read: ['/a,"b'] }
  const args = runArguments({ ...of, view }, [])
  assert.equal(valuesOf(args, '--tmpfs'), ['/tmp', '/usr/p8a'])
  assert.ok(valuesOf(args, '--mount').includes('type=bind,"source=/a,""b","target=/a,""b",readonly'))
})

test('runArguments() gives an image nothing of the system, and it has no network where that is denied', () => {
  const args = runArguments({ ...of, isolate: { by: 'container', image: 'node:24', network: false } }, [])
  assert.not.ok(valuesOf(args, '--mount').some(mount => mount?.includes('source=/usr')))
  assert.equal([valuesOf(args, '--network'), args.at(-1)], [['none'], 'node:24'])
})

test('containerPrefix() names variables, and no value of one, and the number by which the host knows the run', () => {
  const prefix = containerPrefix(of, ['SECRET'])
  assert.equal(prefix.slice(0, 4), ['/bin/sh', '-c', 'P8A_LINK_PID=$$ exec "$0" "$@"', 'podman'])
  assert.equal(valuesOf(prefix, '--env'), ['SECRET', 'P8A_LINK_PID'])
})

test('runArguments() hands its sockets to a shim by number; podman learns of those of others by LISTEN_FDS', () => {
  assert.equal(valuesOf(runArguments({ ...of, sockets: 2 }, []), '--preserve-fds'), ['2'])
  assert.equal(valuesOf(runArguments({ ...of, isNode: false, sockets: 2 }, []), '--preserve-fds'), [])
})

test('runArguments() tells docker only what it knows, and begins as the user of the host', () => {
  const args = runArguments({ ...of, engine: { name: 'docker', version: '27.1', init: ['--init'] } }, [])
  const ofPodman = ['--cgroups', '--sdnotify', '--preserve-fds', 'passthrough']
  assert.equal(
    args.filter(word => ofPodman.includes(word)),
    [],
  )
  assert.equal([valuesOf(args, '--user'), valuesOf(args, '--log-driver')], [['1000:1001'], ['none']])
  assert.equal(removeArguments('docker', 'x'), ['rm', '--force', 'x'])
})

test("runArguments() begins the machine's own init in docker where a container sees the machine, since that of docker would lie in its /sbin", () => {
  const engine = { name: 'docker', version: '28.2', init: ['--init'], ownInit: ['/usr/bin/tini', '--'] } as const
  const seesMachine = runArguments({ ...of, engine }, [])
  assert.equal(
    [seesMachine.includes('--init'), seesMachine.slice(-3)],
    [false, ['localhost/p8a-empty:1', '/usr/bin/tini', '--']],
  )
  const inImage = runArguments({ ...of, engine, isolate: { by: 'container', image: 'node:24' } }, [])
  assert.equal([inImage.includes('--init'), inImage.at(-1)], [true, 'node:24'])
})

test('containerName() is the same for each host of a data directory, and another one for another', () => {
  const name = containerName({ data: '/a', key: 'team/web.7' })
  assert.match(name, /^p8a-team-web\.7-[0-9a-f]{10}$/)
  assert.is(containerName({ data: '/a', key: 'team/web.7' }), name)
  assert.is.not(containerName({ data: '/b', key: 'team/web.7' }), name)
})

test.run()
