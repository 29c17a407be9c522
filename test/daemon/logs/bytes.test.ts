// Bytes of a file that was listed, wherever rotation has put it since.
import { renameSync, rmSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readBytes } from '../../../daemon/logs/bytes.ts'
import { type LogFile, listRuns } from '../../../daemon/logs/files.ts'
import { LogDir } from './log-dir.ts'

async function listed(logs: LogDir): Promise<LogFile> {
  await logs.write('web/1.log', 'hello world')
  return (await listRuns(logs.dir, 'web'))[0]?.files[0] as LogFile
}

const textOf = async (...args: Parameters<typeof readBytes>) => String(await readBytes(...args))

test('readBytes() reads so many from a position on, and fewer where the file ends', async () => {
  using logs = new LogDir()
  const file = await listed(logs)
  assert.is(await textOf(file, 0, 5), 'hello')
  assert.is(await textOf(file, 6, 100), 'world')
  assert.is(await textOf(file, 11, 100), '')
})

test('readBytes() follows a file that was renamed, and not the one that took its name', async () => {
  using logs = new LogDir()
  const file = await listed(logs)
  renameSync(logs.path('web/1.log'), logs.path('web/1.log.1'))
  await logs.write('web/1.log', 'another file')
  assert.is(await textOf(file, 0, 5), 'hello')
  assert.is(file.name, '1.log.1', 'it is known by its new name from then on')
  rmSync(logs.path('web/1.log.1'))
  assert.is(await textOf(file, 0, 5), '', 'it is gone')
})

test('readBytes() gives nothing where the whole folder is gone', async () => {
  using logs = new LogDir()
  const file = await listed(logs)
  rmSync(logs.path('web'), { recursive: true })
  assert.is(await textOf(file, 0, 5), '')
})

test.run()
