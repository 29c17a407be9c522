import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Inside } from '../inside/host.ts'

test('info() counts pods by how they are, and runs', async () => {
  await using host = await Inside.open()
  for (const name of ['a', 'b', 'c']) await host.push(name)
  await host.do('pod.start', { name: 'a', config: { scale: 2 } })
  host.machine.refusal = new Error('no')
  await host.do('pod.start', { name: 'b', config: { giveUp: 'after 1' } }).catch(() => {})
  const { pods, runs, hosts, path, dataDir, pid } = await host.do('host.info', {})
  assert.equal(pods, { idle: 1, waiting: 0, up: 1, error: 1 })
  assert.equal([runs, hosts, path, dataDir, pid], [2, [], '', host.at.dir, process.pid])
})

test.run()
