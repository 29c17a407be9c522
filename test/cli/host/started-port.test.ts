import { writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { startedPort } from '../../../cli/host/started-port.ts'
import { scratch } from '../../scratch.ts'

test('startedPort() reads the port of the last start, and knows none where there is nothing to read', async () => {
  using at = scratch()
  assert.is(await startedPort(at.dir), undefined)
  for (const [text, port] of [
    ['{"v":1,"port":4000}', 4000],
    ['{"v":1}', undefined],
    ['{', undefined],
  ] as const) {
    writeFileSync(at.path('start.json'), text)
    assert.is(await startedPort(at.dir), port)
  }
})

test.run()
