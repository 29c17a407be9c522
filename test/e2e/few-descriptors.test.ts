// A host that may have too few files open. Not here: how the last descriptors are shared (test/daemon/system).
import net from 'node:net'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { podProgram } from '../paths.ts'
import { until } from '../until.ts'
import { TestHost, withSpares } from './harness.ts'

const host = new TestHost(withSpares)

test.before(async () => {
  const start = [process.execPath, '--', podProgram, 'host', 'start', '--detach', '--port', '0', '--json']
  const { code, stdout, stderr } = await host.run('sh', ['-c', 'ulimit -n 40; exec "$0" "$@"', ...start])
  assert.is(code, 0, stderr)
  host.port = Number(JSON.parse(stdout).addresses[0].split(':').at(-1))
})

test.after(async () => await host.dispose())

test('runs that do not fit wait for room, the others go on, and the host answers', async () => {
  await host.push('forever')
  await host.ok('start', 'local', 'forever', '--scale', '20', '--no-wait')
  const status = await until(async () => {
    const now = await host.status('forever')
    return now.cause !== undefined && now.runs.some(({ state }) => state === 'up') && now
  }, 'some did not fit, and some are up')
  const { text = '' } = status.cause ?? {}
  assert.ok(/no room for it: the host may have only 40 files open/.test(text), text)
  const up = status.runs.filter(({ state }) => state === 'up')
  assert.ok(up.length > 0 && up.length < 20, `${up.length} are up`)
  const { runs } = await host.ask('pod.runs', { name: 'forever' })
  assert.equal([...new Set(runs.flatMap(({ end }) => end?.reason ?? []))], ['no_room'])
  await host.ok('scale', 'local', 'forever', '1')
})

test('a client that does not fit is told so, in lines and over HTTP, and a later one is served', async () => {
  const crowd: net.Socket[] = []
  // One that was let in has found the place of another, or of a run that has just ended: then more come.
  const refused = await until(async () => {
    crowd.push(...(await Promise.all(Array.from({ length: 40 }, crowdIn))))
    const now = await host.pod('status', 'local', '--json')
    return now.code !== 0 && now
  }, 'there is no room')
  assert.match(refused.stdout + refused.stderr, /host_busy/)
  assert.match(refused.stdout + refused.stderr, /ulimit -n/)
  const response = await fetch(`http://127.0.0.1:${host.port}/rpc`, { method: 'POST', body: '{}' })
  assert.is(response.status, 503)
  assert.is(((await response.json()) as { error: { data: { code: string } } }).error.data.code, 'host_busy')
  for (const socket of crowd) socket.destroy()
  await until(async () => (await host.pod('status', 'local')).code === 0, 'there is room again')
})

/** A client that stays where it is let in. One that is not has gone then, and the last place, in which it was told so, is free. */
async function crowdIn(): Promise<net.Socket> {
  const socket = net.connect(join(host.data, 'host.sock')).on('error', () => {})
  socket.write('{"jsonrpc":"2.0","id":1,"method":"host.info"}\n')
  await new Promise<void>(resolve => {
    socket.on('data', bytes => /host_busy/.test(String(bytes)) || resolve()).once('close', () => resolve())
  })
  return socket
}

test.run()
