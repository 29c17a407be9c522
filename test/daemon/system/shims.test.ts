import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { SpawnOptions } from '../../../daemon/system/process.ts'
import type { Seams } from '../../../daemon/system/seams.ts'
import { spawnShim } from '../../../daemon/system/shims.ts'
import { linkEnv } from '../../../protocol/link.ts'

test('spawnShim() gives a process its flags, its files, and how it proves itself to whom', async () => {
  const spawned: SpawnOptions[] = []
  const seams = {
    processes: { spawn: async (options: SpawnOptions) => void spawned.push(options) },
    shim: { node: '/node', file: '/shim.cjs' },
    paths: { linkSocket: '/link.sock' },
  } as unknown as Seams
  const raw = { stdout: '/out', stderr: '/err' }
  await spawnShim(seams, { ticket: 'secret', nodeFlags: ['--flag'], env: { COLOR: 'red' }, cwd: '/pod', raw })
  const { command, ...rest } = spawned[0] ?? {}
  assert.equal([command?.[0], command?.slice(-2)], ['/node', ['--flag', '/shim.cjs']])
  assert.equal(rest, {
    env: { COLOR: 'red', [linkEnv.socket]: '/link.sock', [linkEnv.ticket]: 'secret' },
    cwd: '/pod',
    ...raw,
  })
})

test.run()
