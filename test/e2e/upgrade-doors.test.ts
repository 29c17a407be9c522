// Upgrades while the keeper is killed, and in the middle of a reload, with the doors for TLS and for the shell open: nobody is refused. Not
// here: the host, killed at each step (e2e/upgrade-points.test.ts).
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { processesOf } from '../processes.ts'
import { until } from '../until.ts'
import {
  again,
  askDoor,
  askWeb,
  assertWhole,
  host,
  next,
  oneHost,
  open,
  start,
  started,
  upgrade,
  web,
} from './upgraded-host.ts'

const test = suite('doors of an upgrade')

test.before(open)
test.after(() => host.dispose())

test('the keeper dies at the steps of an upgrade', async () => {
  const clients = again(askWeb)
  const steps: Record<string, () => Promise<unknown>> = {
    'before it': async () => {},
    'while the next one boots': async () =>
      await until(
        () => processesOf(host.data).some(({ command }) => command.includes('next/dist/daemon.cjs')),
        'it boots',
      ),
    'as it leaves': async () => await until(() => outcomeOnDisk() === 'under way', 'it leaves'),
  }
  for (const [step, reached] of Object.entries(steps)) {
    if ((await host.ask('host.info', {})).upgrade?.folder === next) await restart()
    const before = keepers()
    const asked = upgrade()
    await Promise.race([reached(), asked])
    for (const pid of before) process.kill(pid, 'SIGKILL')
    await asked
    await oneHost()
    await assertWhole(`the keeper died ${step}`)
    await until(() => keepers().some(pid => !before.includes(pid)), `${step}: there is another keeper`)
  }
  assert.equal((await clients.end()).troubles, [])
})

function outcomeOnDisk(): string | undefined {
  const file = join(host.data, 'upgrade.json')
  return existsSync(file) ? /"outcome": *"([^"]*)"/.exec(readFileSync(file, 'utf8'))?.[1] : undefined
}

function keepers(): number[] {
  return processesOf(host.data).flatMap(({ pid, command }) => (command.startsWith('p8a keeper') ? [pid] : []))
}

async function restart(): Promise<void> {
  await host.killHost()
  await start()
}

test('in the middle of a reload, with all doors open: nobody is refused anywhere', async () => {
  const ping = '{"jsonrpc":"2.0","id":1,"method":"rpc.ping"}\n'
  const pod = again(askWeb)
  const doors = [
    again(async () => await askDoor(started.port, ping)),
    again(async () => await askDoor(started.shellPort, '\n')),
  ]
  try {
    await host.ask('pod.push', { name: 'web', code: `${web}// 2\n` })
    await host.ask('pod.reload', { name: 'web', wait: false })
    const { pid } = host
    assert.is(await upgrade(), true)
    const { upgrade: told } = await oneHost()
    assert.is(told?.outcome, 'done', told?.why)
    assert.is.not(host.pid, pid)
    const { version, runs } = await until(async () => {
      const status = await host.status('web')
      return status.status === 'up' && status.runs.length === 1 && status
    }, 'it is reloaded')
    assert.is(version, 2)
    assert.is.not(runs[0]?.pid, started.pid)
  } finally {
    const { answers, troubles } = await pod.end()
    assert.equal(troubles, [])
    assert.ok(answers > 1)
    for (const door of doors) {
      const { answers, troubles } = await door.end()
      // A connection that is open when the host leaves ends then, as one in the middle of its handshake does.
      assert.not(troubles.includes('ECONNREFUSED'))
      assert.ok(troubles.length < 3 && answers > 1, troubles.join())
    }
  }
})

test.run()
