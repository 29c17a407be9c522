// What stands in the place of a plain file. Not here: who opens which file (e2e/bad-input.test.ts).
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readExitNote } from '../../../daemon/pod/exit-note.ts'
import { writeRecord } from '../../../daemon/store/run-record.ts'
import { writeState } from '../../../daemon/store/state-file.ts'
import { isLink, makeFolder, openPlain, readPlain } from '../../../daemon/system/plain-file.ts'
import { errorOf } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

const limit = { maxBytes: 100 }

/** Something in each place where a file should be. */
function oddities(at: { dir: string; path(name: string): string }): Record<string, string> {
  writeFileSync(at.path('outside'), 'secret')
  symlinkSync(at.path('outside'), at.path('link'))
  symlinkSync(at.path('nowhere'), at.path('dangling'))
  execFileSync('mkfifo', [at.path('pipe')])
  mkdirSync(at.path('folder'))
  return { link: 'it is a link', dangling: 'it is a link', pipe: 'it is not a file', folder: 'it is not a file' }
}

test('openPlain() opens neither a link nor what would be waited for, whatever it is for', async () => {
  using at = scratch()
  for (const [name, message] of Object.entries(oddities(at))) {
    for (const use of ['read', 'append', 'change', 'anew'] as const) {
      assert.is((await errorOf(() => openPlain(at.path(name), { for: use }))).message, message, `${name}, to ${use}`)
    }
  }
  assert.is(readFileSync(at.path('outside'), 'utf8'), 'secret')
})

test('readPlain() reads a file, a link where that may be, and no more than it is to', async () => {
  using at = scratch()
  oddities(at)
  assert.is(await readPlain(at.path('outside'), limit), 'secret')
  assert.is(await readPlain(at.path('link'), { ...limit, mayBeLink: true }), 'secret')
  assert.match(
    (await errorOf(() => readPlain(at.path('outside'), { maxBytes: 5 }))).message,
    /it has 6 bytes, the limit is 5/,
  )
})

test('makeFolder() refuses a link to a folder', async () => {
  using at = scratch()
  await makeFolder(at.path('made'))
  await makeFolder(at.path('made'))
  symlinkSync(at.path('made'), at.path('link'))
  assert.match((await errorOf(() => makeFolder(at.path('link')))).message, /link is a link/)
  assert.equal(
    [await isLink(at.path('link')), await isLink(at.path('made')), await isLink(at.path('no'))],
    [true, false, false],
  )
})

test('an exit note that is a pipe is none, and nobody waits for it', async () => {
  using at = scratch()
  oddities(at)
  assert.is(await readExitNote(at.path('pipe')), undefined)
})

test('no state is written through a link, nor a record into a folder that is one', async () => {
  using at = scratch()
  oddities(at)
  assert.is(
    (await errorOf(() => writeState(at.path('link'), { v: 1 }, { durable: true }))).message.includes('it is a link'),
    true,
  )
  symlinkSync(at.path('folder'), at.path('runs'))
  const pod = {
    dir: at.dir,
    desired: '',
    deploys: '',
    ports: '',
    asleep: '',
    epoch: '',
    runs: at.path('runs'),
    storage: '',
    logs: '',
  }
  assert.match((await errorOf(() => writeRecord(pod, 1, {} as never))).message, /is a link/)
  assert.is(readFileSync(at.path('outside'), 'utf8'), 'secret')
})

test.run()
