// Processes that have lost their parent, with real ones.
import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { text } from 'node:stream/consumers'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type Mark, Orphans } from '../../../daemon/system/orphans.ts'
import { systemProcesses } from '../../../daemon/system/system-processes.ts'
import { needs, skipped } from '../../needs.ts'
import { scratch } from '../../scratch.ts'
import { until } from '../../until.ts'

const storage = `/p8a-test-${process.pid}/storage`

const markOf = (run: string, of = storage): Mark => ({ run, storage: of })

/** Begins one in a session of its own whose parent ends, and which has closed all that it had. @returns its pid */
async function orphan(env: Record<string, string>, command = 'sleep 600'): Promise<number> {
  const code = `setsid ${command} < /dev/null > /dev/null 2>&1 & echo $!`
  const parent = spawn('sh', ['-c', code], {
    env: { PATH: process.env.PATH, ...env },
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const [pid] = await Promise.all([text(parent.stdout), once(parent, 'exit')])
  await until(() => readFileSync(`/proc/${Number(pid)}/cmdline`, 'utf8').startsWith('sleep'), 'it has begun')
  return Number(pid)
}

needs(test, 'linux')(
  'of() finds those that a run has left, those that come later too, and none of another run',
  async () => {
    const orphans = new Orphans()
    const marked = { P8A_RUN: 'web.1', P8A_STORAGE: storage }
    const begun = [
      await orphan(marked),
      await orphan({ ...marked, P8A_RUN: 'web.10' }),
      await orphan({ P8A_RUN: 'web.1' }),
    ]
    const sorted = async (run: string) => (await orphans.of(markOf(run))).sort((a, b) => a - b)
    try {
      assert.equal(await sorted('web.1'), begun.slice(0, 1))
      assert.equal(await sorted('web.10'), begun.slice(1, 2))
      begun.push(await orphan(marked))
      assert.equal(
        await sorted('web.1'),
        [begun[0], begun[3]].sort((a, b) => Number(a) - Number(b)),
      )
      assert.equal(await orphans.of(markOf('web.1', `${storage}/another`)), [])
    } finally {
      for (const pid of begun) process.kill(pid, 'SIGKILL')
    }
    await until(async () => (await sorted('web.1')).length === 0, 'they are gone')
  },
)

needs(test, 'linux')('of() leaves out what still has its parent, and this process', async () => {
  const env = { PATH: process.env.PATH, P8A_RUN: 'web.2', P8A_STORAGE: storage }
  const parent = spawn('sh', ['-c', 'sleep 600 & echo $!; wait'], { env, stdio: ['ignore', 'pipe', 'ignore'] })
  const [line] = (await once(parent.stdout, 'data')) as [Buffer]
  const orphans = new Orphans()
  const mark = markOf('web.2')
  try {
    assert.not((await orphans.of(mark)).includes(Number(line)))
    parent.kill('SIGKILL')
    await once(parent, 'exit')
    assert.equal(
      await until(async () => (await orphans.of(mark)).length > 0 && (await orphans.of(mark)), 'it has lost it'),
      [Number(line)],
    )
  } finally {
    process.kill(Number(line), 'SIGKILL')
  }
})

needs(test, 'linux')('heirs() leaves out what is older than the run', async () => {
  const pid = await orphan({ P8A_RUN: 'web.3', P8A_STORAGE: storage })
  const found = async (since: number) =>
    (await systemProcesses.heirs({ since: `${since}`, mark: markOf('web.3') })).map(one => one.pid)
  try {
    const begun = Number((await systemProcesses.identify(pid))?.startTime)
    assert.equal([await found(begun), await found(begun + 1)], [[pid], []])
  } finally {
    process.kill(pid, 'SIGKILL')
  }
})

const apart = 'unshare --user --map-root-user --mount'
const hasApart = spawnSync('sh', ['-c', `${apart} true`]).status === 0
const titleApart = 'of() leaves out one for which the storage is another folder'

if (!hasApart) skipped(titleApart, 'no process gets mounts of its own')
else
  test(titleApart, async () => {
    using at = scratch()
    const env = { P8A_RUN: 'web.4', P8A_STORAGE: at.dir }
    const begun = [
      await orphan(env, `${apart} sh -c 'mount -t tmpfs none "$P8A_STORAGE" && exec sleep 600'`),
      await orphan(env),
    ]
    try {
      assert.equal(await new Orphans().of(markOf('web.4', at.dir)), begun.slice(1))
    } finally {
      for (const pid of begun) process.kill(pid, 'SIGKILL')
    }
  })

test.run()
