// The image of a container: what must stay true of its file, and what keeps a host up in it, begun here as it is there. The image as a
// whole: scripts/check-container.ts.
import { spawn } from 'node:child_process'
import { accessSync, constants, mkdirSync, readFileSync, symlinkSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TestHost } from '../e2e/harness.ts'
import { podProgram, root } from '../paths.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'

const test = suite('container')
const lines = readFileSync(join(root, 'etc/Containerfile'), 'utf8').split('\n')
const { devDependencies, files } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
/** What stands behind a word of the file, once for each line of it. */
const after = (word: string) =>
  lines.flatMap(line => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []))

test('the image has the Node that p8a is tested with', () => {
  const version = devDependencies.node.replace(/^\^/, '')
  assert.equal(after('ARG'), [`BASE=docker.io/library/node:${version}-bookworm-slim`])
})

test('its host runs as no root, with its data on a volume, at a port that is told', () => {
  assert.equal([after('USER'), after('VOLUME')], [['p8a'], ['/var/lib/p8a']])
  assert.equal(after('ENV'), ['P8A_DATA=/var/lib/p8a'])
  const [options = ''] = after('CMD')
  assert.equal([after('EXPOSE'), JSON.parse(options)], [['3000'], ['--host', '0.0.0.0', '--port', '3000']])
})

test('an init is above what keeps the host up, which is in the package', () => {
  assert.equal(after('ENTRYPOINT'), ['["tini", "-s", "--", "p8a-container"]'])
  assert.ok(files.includes('etc'))
  assert.match(lines.join('\n'), 'ln -s "$(npm root --global)/p8a/etc/container.sh" /usr/local/bin/p8a-container')
  accessSync(join(root, 'etc/container.sh'), constants.X_OK)
})

test('its host is begun again and adopts the pods, and a signal ends pods and host', async () => {
  const host = new TestHost()
  const bin = join(host.dir, 'bin')
  mkdirSync(bin)
  symlinkSync(podProgram, join(bin, 'pod'))
  const env = { ...host.env, PATH: [bin, host.env.PATH].join(delimiter) }
  const keeper = spawn(join(root, 'etc/container.sh'), ['--port', '0'], { env, cwd: host.dir, stdio: 'ignore' })
  const ended = new Promise(resolve => keeper.once('exit', (code, signal) => resolve([code, signal])))
  const infoOf = async (not?: number) =>
    await until(async () => {
      const info = await host.ask('host.info', {}).catch(() => undefined)
      return info && info.pid !== not && info
    }, 'there is a host')
  try {
    const first = await infoOf()
    await host.push('forever')
    await host.begin('forever')
    const [run] = (await host.status('forever')).runs
    process.kill(first.pid, 'SIGKILL')
    await infoOf(first.pid)
    const [now] = (await host.status('forever')).runs
    assert.equal([now?.id, now?.pid], [run?.id, run?.pid], 'the pod has gone on')
    keeper.kill('SIGTERM')
    assert.equal(await ended, [0, null])
    assert.not(isAlive(run?.pid as number), 'the pod has ended')
    assert.match(readFileSync(join(host.data, 'logs/forever/1.log'), 'utf8'), 'cleaned up')
  } finally {
    keeper.kill('SIGTERM')
    await ended
    await host.dispose()
  }
})

test.run()
