import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readGroups, writeGroups } from '../../../daemon/store/groups-file.ts'
import { failsWith } from '../../fails.ts'

test('writeGroups() keeps what readGroups() finds, and what nobody could have written is an error', async () => {
  const dir = mkdtempSync(join(tmpdir(), 'p8a-groups-'))
  const paths = { groups: join(dir, 'groups.json') }
  try {
    assert.is((await readGroups(paths)).size, 0)
    const groups = new Map([['web', { members: { one: 90, two: 10 }, sticky: 'cookie', route: [{ at: 'a.test' }] }]])
    await writeGroups(paths, groups)
    assert.equal(await readGroups(paths), groups)
    for (const broken of ['{', '{"v":1,"groups":{"web":{"members":{"one":"many"}}}}', '{"v":2,"groups":{}}']) {
      writeFileSync(paths.groups, broken)
      await failsWith('state_broken', () => readGroups(paths))
    }
  } finally {
    rmSync(dir, { recursive: true })
  }
})

test.run()
