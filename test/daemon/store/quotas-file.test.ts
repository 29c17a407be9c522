import { writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readQuotas, writeQuotas } from '../../../daemon/store/quotas-file.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('writeQuotas() keeps what readQuotas() finds, and a file that cannot be read is an error: nobody is unbounded by it', async () => {
  using at = scratch()
  const paths = { quotas: at.path('quotas.json') }
  assert.is((await readQuotas(paths)).size, 0)
  const quotas = new Map([
    ['team', { pods: 3, memory: 1024 }],
    ['team.tools', { items: 0 }],
  ])
  await writeQuotas(paths, quotas)
  assert.equal(await readQuotas(paths), quotas)
  for (const broken of ['{', '{"v":1,"quotas":{"team":{"pods":"many"}}}', '{"v":2,"quotas":{}}']) {
    writeFileSync(paths.quotas, broken)
    await failsWith('state_broken', () => readQuotas(paths))
  }
})

test.run()
