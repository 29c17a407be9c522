import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { PauseFiles } from '../../../pods/gateway/pause-files.ts'

test('PauseFiles are what each run of a gateway reads, leave out what is over, and tell of changes', async () => {
  const storage = mkdtempSync(join(tmpdir(), 'p8a-pauses-'))
  const ending = new AbortController()
  try {
    const [one, other] = [new PauseFiles(storage), new PauseFiles(storage)]
    assert.is((await one.read()).size, 0)
    const changed = Promise.withResolvers<void>()
    await other.watch(changed.resolve, ending.signal)
    const untilMs = Date.now() + 100_000
    await one.pause('web', {})
    await one.pause('inner.web', { untilMs })
    await one.pause('over', { untilMs: Date.now() - 1 })
    writeFileSync(join(storage, 'pauses', 'broken.json'), '{')
    await changed.promise
    assert.equal([...(await other.read())].sort(), [
      ['inner.web', { untilMs }],
      ['web', { untilMs: undefined }],
    ])
    assert.is(await other.resume('web'), true)
    assert.is(await other.resume('web'), false)
    assert.is(await other.resume('over'), false)
    assert.equal([...(await one.read()).keys()], ['inner.web'])
  } finally {
    ending.abort()
    rmSync(storage, { recursive: true })
  }
})

test.run()
