// Nothing of a run is left over when it has ended, whatever fails or dies on the way: its children belong to it.
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { groupOf } from '../../scripts/chaos/processes.ts'
import { until } from '../until.ts'
import { SeamHost } from './seam-host.ts'

const test = suite('leftovers')
const host = new SeamHost()
const begun = () => join(host.data, '../begun')

test.before(async () => {
  // A spare that is made in between would be counted among the points of a start, now here and now there.
  await host.open({ spares: 0 })
  await host.call('pod.push', { code: parent(begun()) })
})
test.after(() => host.close())

/** Tells a file that it was begun, and has a child that outlives it. */
const parent = (file: string) => `
  import { spawn } from 'node:child_process'
  import { appendFileSync } from 'node:fs'
  export const config = { retries: 1000, minUptime: 50 }
  export default (params, bus, p8a) => {
    appendFileSync(${JSON.stringify(file)}, p8a.run + '\\n')
    spawn('sleep', ['1000'], { stdio: 'ignore' })
  }
`

const record = 'rename pods/POD/runs/#.json'

/** Which point of a start is the save of the record that names its process. */
async function pointOfPid(): Promise<number> {
  // The first start makes folders, which is a point too.
  await host.call('pod.start', {})
  await host.call('pod.stop', {})
  await host.order({ do: 'record', reads: false })
  await host.call('pod.start', {})
  const { points } = await host.order({ do: 'tell' })
  await host.order({ do: 'off' })
  await host.call('pod.stop', {})
  const [, second] = points.flatMap((name, at) => (name === record ? [at] : []))
  return second as number
}

function runsBegun(): string[] {
  return existsSync(begun()) ? readFileSync(begun(), 'utf8').trimEnd().split('\n') : []
}

for (const code of ['ENOSPC', 'EIO']) {
  test(`where that cannot be saved (${code}), the process ends without its code, and the next attempt is made`, async () => {
    const at = await pointOfPid()
    const before = runsBegun().length
    await host.order({ do: 'fail', at, code, reads: false })
    await host.call('pod.start', {}).catch(() => {})
    const { hits } = await host.order({ do: 'tell' })
    assert.equal(hits, [record])
    const status = await until(async () => {
      const now = await host.status()
      return now?.up === 1 && now
    }, 'it comes up')
    assert.is(runsBegun().length, before + 1, 'its code was run once')
    assert.is(status.restarts, 1)
    await host.call('pod.stop', {})
  })
}

test('children of a run that died are ended, though its group could not be signalled at first', async () => {
  await host.call('pod.start', {})
  const pid = (await host.status())?.runs[0]?.pid as number
  await until(() => groupOf(pid).length === 2, 'it has a child')
  await host.order({ do: 'fail', at: 0, code: 'EIO', reads: false })
  process.kill(pid, 'SIGKILL')
  await until(async () => {
    const status = await host.status()
    return status?.up === 1 && status.restarts === 1
  }, 'another run takes its place')
  assert.equal((await host.order({ do: 'tell' })).hits, ['signal SIGKILL'])
  assert.equal(groupOf(pid), [])
  await host.call('pod.stop', {})
})

test.run()
