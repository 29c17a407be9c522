// Runs in containers of podman: what such a run is kept from, and that none is lost, whoever is killed. Not here: docker
// (daemon/bounds/engine).
import { execFileSync } from 'node:child_process'
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { freePort } from '../free-port.ts'
import { needs } from '../needs.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { ContainerHost, seldom } from './container-host.ts'

const test = suite('containers')
const host = new ContainerHost()
const contained = needs(test, 'podman')

test.after(() => host.dispose())

contained(
  'a pod in a container sees nothing of the host and of other pods, and has its storage and its calls',
  async () => {
    await host.up()
    await host.push('attacker', 'victim')
    await host.push('attacker', 'boxed')
    await host.begin('victim', { config: { listen: 'unix' } })
    await host.ok('start', 'local', 'boxed', '--isolate', 'container')
    const attempt = async (how: string, what?: unknown) => await host.call('boxed', 'attempt', how, what)
    const { pid: victim } = await host.upRun('victim')
    const attacks = {
      'reads the token': await attempt('read', join(host.data, 'token')),
      'reads the storage of another pod': await attempt('read', join(host.data, 'pods/victim/storage/secret')),
      'lists the data directory of another pod': await attempt('list', join(host.data, 'pods/victim')),
      'asks the host': await attempt('ask', join(host.data, 'host.sock')),
      'dials the socket of another pod': await attempt('dial', join(host.data, 'pods/victim/main.sock')),
      'writes in the system': await attempt('write', '/etc/p8a-attack'),
      'signals the host': await attempt('signal', host.pid),
      'signals another pod': await attempt('signal', victim),
      'starts a program': await attempt('child'),
      'listens at a port': await attempt('listen', await freePort()),
      'writes in its storage': await attempt('write', 'own'),
    }
    assert.equal(attacks, {
      'reads the token': 'ENOENT',
      'reads the storage of another pod': 'ENOENT',
      'lists the data directory of another pod': 'ENOENT',
      'asks the host': 'ENOENT',
      'dials the socket of another pod': 'ENOENT',
      'writes in the system': 'EROFS',
      'signals the host': 'ESRCH',
      'signals another pod': 'ESRCH',
      'starts a program': 'done',
      'listens at a port': 'done',
      'writes in its storage': 'done',
    })
    await attempt('write', join(host.data, 'boxed-x'))
    assert.is(existsSync(join(host.data, 'boxed-x')), false, 'what it writes there is its own, if it can')
    assert.is(readFileSync(join(host.data, 'pods/boxed/storage/own'), 'utf8'), 'x')
    assert.match(await host.ok('status', 'boxed'), /isolate +container \(podman \d/)
    assert.is(await host.call('victim', 'ask', 'boxed', 'answer'), 'an answer')
    assert.equal(
      host.containers().map(name => name.replace(/-[0-9a-f]+$/, '')),
      ['p8a-boxed.1'],
    )
  },
)

contained('the next host adopts it; when its client is killed, its container ends and another run begins', async () => {
  const before = await host.upRun('boxed')
  await host.killHost()
  await host.up()
  assert.equal(
    [(await host.upRun('boxed')).id, await host.call('boxed', 'ask', 'victim', 'answer')],
    [before.id, 'an answer'],
  )
  const [first = ''] = host.containers()
  const within = Number(host.podman('inspect', '--format', '{{.State.Pid}}', first))
  process.kill(before.pid, 'SIGKILL')
  await host.upRun('boxed', before.id)
  assert.equal([isAlive(within), host.containers().includes(first)], [false, false])
  const [, ended] = await host.runs('boxed')
  assert.equal([ended?.id, ended?.end?.reason], [before.id, 'killed'])
})

contained(
  'a service has its socket, is asked to end once, and ends with its code; also without the monitor of podman',
  async () => {
    const port = await freePort()
    const config = { listen: port, isolate: 'container', readyAfter: 100 } as const
    const file = join(host.dir, 'web')
    const code = `#!/usr/bin/env node
require('node:http').createServer((_, res) => res.end('web')).listen({ fd: 3 })
let asked = 0
process.on('SIGTERM', () => { console.log('asked', ++asked); setTimeout(() => process.exit(7), 100) })`
    writeFileSync(file, code)
    await host.ok('push', 'local', 'web', file, '--service')
    await host.begin('web', { config })
    assert.is(await (await fetch(`http://127.0.0.1:${port}`)).text(), 'web')
    await host.stop('web')
    const [stopped] = await host.runs('web')
    assert.equal([stopped?.end?.reason, stopped?.end?.code], ['stopped', 7])
    assert.equal(
      (await host.lines('web')).filter(line => line.startsWith('asked')),
      ['asked 1'],
    )
    await host.begin('web', { config })
    const { id } = await host.upRun('web')
    const name = await host.running('web')
    process.kill(Number(host.podman('inspect', '--format', '{{.State.ConmonPid}}', name)), 'SIGKILL')
    process.kill(Number(host.podman('inspect', '--format', '{{.State.Pid}}', name)), 'SIGKILL')
    await host.upRun('web', id)
    assert.not.ok(host.containers().includes(name))
    await host.stop('web')
  },
)

contained('what is in a container counts for the limits of the run', async () => {
  const file = join(host.dir, 'eats.js')
  writeFileSync(
    file,
    `export const config = { isolate: 'container', limits: { memoryMax: '150MB' } }
const kept = []
export const grow = mib => kept.push(Buffer.alloc(mib * 1024 * 1024, 1))
export default () => {}`,
  )
  await host.ok('push', 'local', 'eats', file)
  await host.ok('start', 'local', 'eats')
  const { id } = await host.upRun('eats')
  await host.call('eats', 'grow', 300).catch(() => {})
  await host.upRun('eats', id)
  const ended = (await host.runs('eats')).find(run => run.id === id)
  assert.equal([ended?.end?.reason, /memory limit 150 MB/.test(ended?.end?.message ?? '')], ['limit', true])
  await host.ok('kill', 'local', 'eats')
})

contained('a script in a container has its arguments, its stdin and its code, and a signal that ends it', async () => {
  const file = join(host.dir, 'look.sh')
  writeFileSync(file, '#!/bin/sh\nread line; echo "$line $1"; [ "$1" = long ] && exec sleep 1000; exit 4')
  writeFileSync(join(host.dir, 'in.txt'), 'a line\n')
  await host.ok('push', 'local', 'look', file)
  const start = ['start', 'local', 'look', '--isolate', 'container']
  const { code, stdout } = await host.pod(...start, '--stdin', 'in.txt', '--wait', '--', 'short')
  assert.equal([code, stdout.trim()], [4, 'a line short'])
  const run = (await host.ok(...start, '--', 'long')).trim()
  await until(async () => (await host.ask('pod.output', { name: 'look', run })).data.includes('long'), 'it has begun')
  await host.ok('stop', 'local', 'look')
  const ended = (await host.runs('look')).find(({ id }) => id === run)
  assert.equal([ended?.end?.reason, ended?.end?.signal], ['stopped', 'SIGTERM'])
})

contained(
  'an image of the engine is what a service sees; one that is not here is refused with the way to get it',
  async () => {
    const root = join(host.dir, 'root')
    execFileSync('sh', [
      '-c',
      `mkdir -p "$0" && for file in /bin/sh /usr/bin/env /usr/bin/sleep $(ldd /bin/sh /usr/bin/env /usr/bin/sleep | grep -o '/lib[^ ]*'); do
      mkdir -p "$0$(dirname $file)" && cp -L $file "$0$file"; done; echo mine > "$0/mine"; tar -C "$0" -cf "$0.tar" .`,
      root,
    ])
    host.podman('import', `${root}.tar`, 'localhost/mine:1')
    const isolate = { by: 'container', image: 'localhost/mine:1' } as const
    const file = join(host.dir, 'own.sh')
    writeFileSync(
      file,
      '#!/bin/sh\nread mine < /mine; echo "it is $mine, $GIVEN"; [ -e /usr/bin/node ] || echo none; sleep 1000',
    )
    await host.ok('push', 'local', 'own', file, '--service')
    await host.begin('own', { config: { isolate, readyAfter: 100, env: { GIVEN: 'a value\nof two' } } })
    await until(async () => (await host.lines('own')).includes('none'), 'it has looked')
    assert.ok((await host.lines('own')).includes('it is mine, a value'))
    assert.match(await host.ok('status', 'own'), /image localhost\/mine:1/)
    await host.stop('own')
    const error = await host
      .begin('own', { config: { isolate: { by: 'container', image: 'localhost/none:1' } } })
      .catch(error => error)
    assert.match(error.message, 'podman has no image "localhost/none:1"')
    const withUser = await host.begin('own', { config: { isolate: 'container', user: 'nobody' } }).catch(error => error)
    assert.match(withUser.message, 'it goes with no user of its own')
  },
)

contained('what nobody knows of is ended by the next host, and nothing is left', async () => {
  const { pid } = await host.upRun('boxed')
  await host.killHost()
  process.kill(pid, 'SIGKILL')
  rmSync(join(host.data, 'pods/boxed'), { recursive: true })
  await host.up()
  await until(() => host.containers().every(name => !name.startsWith('p8a-boxed')), 'its container is gone', seldom)
  for (const name of ['victim', 'web', 'own', 'eats', 'look']) await host.remove(name)
  await until(() => host.containers().length === 0, 'none is left', seldom)
})

test.run()
