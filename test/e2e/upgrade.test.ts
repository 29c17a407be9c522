// Another daemon takes the place of the one that runs, or cannot, while clients come in by all doors. Not here: versions
// before this one (e2e/release-before.test.ts), what of an installation is looked at (daemon/boot).
import { mkdirSync, unlinkSync, writeFileSync } from 'node:fs'
import net from 'node:net'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { connect } from '../../cli/client/client.ts'
import { version } from '../../protocol/version.ts'
import type { UpgradeInfo } from '../../protocol/words-host.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { TestHost, withSpares } from './harness.ts'
import { installAt, onGo } from './installed.ts'

const test = suite('upgrade')
const host = new TestHost(withSpares)
const later: string = '99.0.0'

/** A machine that runs other tests too may let nobody have a turn for a while. */
const patienceMs = 3000

test.before(async () => {
  mkdirSync(host.data, { recursive: true })
  const settings = { upgradePatience: patienceMs }
  writeFileSync(join(host.data, 'host.json'), JSON.stringify({ v: 1, id: 'upgraded', settings }))
  await host.up()
  await host.push('forever')
  await host.begin('forever')
})
test.after(() => host.dispose())

/** @returns the folder of a copy of this installation that says another version */
function installed(name: string, { about = later, says = later, before = '' } = {}): string {
  const folder = join(host.dir, name)
  installAt(folder, { about, says, before })
  return folder
}

async function infoAfter({ id }: UpgradeInfo) {
  return await until(async () => {
    const info = await host.ask('host.info', {}).catch(() => undefined)
    return info?.upgrade?.id === id && info.upgrade.outcome !== 'under way' ? info : undefined
  }, 'the upgrade has an outcome')
}

/** Asks at a door, again and again, each time anew. `hosts`: the pids of those that have answered, at a door that tells it. */
function knock(at: net.NetConnectOpts): {
  end: () => Promise<{ answers: number; troubles: string[]; hosts: Set<number> }>
} {
  const over = Promise.withResolvers<void>()
  const troubles: string[] = []
  const hosts = new Set<number>()
  let [answers, isOver] = [0, false]
  const next = () => {
    if (isOver) return over.resolve()
    const socket = net.connect(at, () => socket.write('{"jsonrpc":"2.0","id":1,"method":"host.info"}\n'))
    let isAnswered = false
    socket.once('data', data => {
      const [, pid] = /"pid":(\d+)/.exec(String(data)) ?? []
      if (pid !== undefined) hosts.add(Number(pid))
      isAnswered = true
      answers++
      socket.destroy()
    })
    socket.on('error', (error: NodeJS.ErrnoException) => troubles.push(error.code ?? error.message))
    socket.once('end', () => {
      if (!isAnswered) troubles.push('no answer')
    })
    socket.once('close', () => setTimeout(next, 1))
  }
  next()
  return {
    end: async () => {
      isOver = true
      await over.promise
      return { answers, troubles, hosts }
    },
  }
}

const allDoors = () => [knock({ path: join(host.data, 'host.sock') }), knock({ host: '127.0.0.1', port: host.port })]

test('another version takes over: what runs goes on, and nobody is refused at any door', async () => {
  const before = await host.status('forever')
  const doors = allDoors()
  const folder = installed('next')
  const said = await host.ok('host', 'upgrade', folder)
  assert.match(said, new RegExp(`upgraded from ${version} to ${later}: pid \\d+, with 1 run`))
  for (const door of doors) {
    const { answers, troubles } = await door.end()
    assert.equal(troubles, [])
    assert.ok(answers > 10)
  }
  const info = await host.ask('host.info', {})
  assert.is(info.version, later)
  assert.is.not(info.pid, host.pid)
  await until(() => !isAlive(host.pid), 'the one before is gone')
  host.pid = info.pid
  const after = await host.status('forever')
  assert.equal(
    after.runs.map(({ pid }) => pid),
    before.runs.map(({ pid }) => pid),
  )
  assert.is(after.status, 'up')
})

test('an older version is refused, and what is no installation', async () => {
  const error = await host.refused('host', 'upgrade', installed('older', { about: version, says: version }))
  assert.is(error.code, 'upgrade_failed')
  assert.match(error.message, new RegExp(`from ${later} to ${version}: that is an older one`))
  assert.is((await host.refused('host', 'upgrade', host.dir)).code, 'file_not_found')
  assert.is((await host.refused('host', 'upgrade', './not-there')).code, 'file_not_found')
  assert.is((await host.ask('host.info', {})).pid, host.pid)
})

for (const [name, given, why] of [
  ['throws', { before: 'throw new Error("no such thing")' }, /it ended with code 1/],
  ['is of another version', { about: '99.1.0' }, /it says that it is 99\.0\.0/],
  ['leaves its channel', { before: 'process.disconnect()' }, /it ended with code 1$/],
] as const) {
  test(`one that ${name} before it has booted costs nothing`, async () => {
    const folder = installed(name, given)
    const error = await host.refused('host', 'upgrade', folder)
    assert.is(error.code, 'upgrade_failed')
    assert.match(error.message, why)
    assert.is((await host.ask('host.info', {})).pid, host.pid)
  })
}

for (const [name, first, why] of [
  ['ends', onGo('process.exit(9)'), /it ended with code 9/],
  ['hangs', onGo('for (;;);'), /it hung for 3000 ms/],
  ['cannot read the state', onGo('process.send({ say: "failed", why: "it cannot read it" })'), /it cannot read it/],
  [
    'knows no pod',
    onGo('process.send({ say: "proved", roll: { pods: [], runs: [], linked: 0 } })'),
    /it does not know the pod \/forever/,
  ],
  [
    'shows no pod, long after it has begun and could serve clients,',
    `{
      const { send } = process
      const roll = { pods: [], runs: [], linked: 0 }
      process.send = (said, ...rest) => {
        if (said.say !== 'proved') return send.call(process, said, ...rest)
        setTimeout(() => send.call(process, { ...said, roll }, ...rest), 300)
      }
    }`,
    /it does not know the pod \/forever/,
  ],
] as const) {
  test(`one that ${name} once it has the doors: the version before is back, with all that runs, and says why`, async () => {
    const before = await host.status('forever')
    const doors = allDoors()
    const error = await host.refused('host', 'upgrade', installed(name, { before: first }))
    assert.is(error.code, 'upgrade_failed')
    assert.match(error.message, why)
    const info = await host.ask('host.info', {})
    assert.is(info.version, later)
    assert.is.not(info.pid, host.pid)
    for (const door of doors) {
      const { troubles, hosts } = await door.end()
      assert.equal(troubles, [])
      // One that fails must have let nobody in.
      assert.equal(
        [...hosts].filter(pid => pid !== host.pid && pid !== info.pid),
        [],
      )
    }
    host.pid = info.pid
    const after = await host.status('forever')
    assert.equal(
      after.runs.map(({ pid }) => pid),
      before.runs.map(({ pid }) => pid),
    )
  })
}

test('two at once: one of them is refused, and nothing is asked twice', async () => {
  const folder = join(host.dir, 'next')
  const [one, other] = await Promise.allSettled([
    host.ask('host.upgrade', { folder }),
    host.ask('host.upgrade', { folder }),
  ])
  const begun = [one, other].flatMap(outcome => (outcome.status === 'fulfilled' ? [outcome.value] : []))
  assert.is(begun.length, 1)
  const info = await infoAfter(begun[0] as UpgradeInfo)
  assert.is(info.upgrade?.outcome, 'done')
  host.pid = info.pid
})

test('the host is killed as it leaves: the next one is there all the same', async () => {
  const client = await connect(`unix:${join(host.data, 'host.sock')}`)
  await client.call('host.upgrade', { folder: join(host.dir, 'next') })
  process.kill(host.pid, 'SIGKILL')
  client.close()
  const info = await until(async () => await host.ask('host.info', {}).catch(() => undefined), 'there is a host')
  assert.is.not(info.pid, host.pid)
  host.pid = info.pid
  assert.is((await host.status('forever')).status, 'up')
})

test('options of a start hold for the next start', async () => {
  await host.ok('host', 'stop')
  await host.up()
  await host.ok('host', 'stop')
  await host.ok('host', 'start', '--detach')
  const info = await host.ask('host.info', {})
  assert.equal(info.startedWith, { port: host.port })
  assert.ok(info.addresses.includes(`127.0.0.1:${host.port}`))
  assert.is((await host.status('forever')).status, 'up')
})

test('a queue goes on where the next host comes without the program of queues; one that is to begin then is refused', async () => {
  const code = `export const config = { kind: 'worker' }\nexport const echo = value => value\nexport default () => {}\n`
  await host.ask('pod.push', { name: 'mail', code })
  await host.begin('mail')
  const before = await host.status('queue')
  const folder = installed('bare')
  unlinkSync(join(folder, 'dist/pods'))
  await host.ok('host', 'upgrade', folder)
  host.pid = (await host.ask('host.info', {})).pid
  const { id } = await host.ask('queue.add', { name: 'mail', fn: 'echo', args: [1] })
  await until(async () => (await host.ask('queue.item', { name: 'mail', id })).state === 'done', 'it is done')
  assert.is((await host.status('queue')).runs[0]?.pid, before.runs[0]?.pid)
  await host.stop('queue')
  await host.ask('pod.remove', { name: 'queue' })
  const refused = await host.ask('queue.add', { name: 'mail', fn: 'echo', args: [1] }).catch(error => error)
  assert.is(refused.code, 'start_failed')
  assert.match(refused.message, 'its program cannot be read')
})

test.run()
