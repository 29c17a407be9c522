// What a push by git may bring where quotas bound the images.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Quotas } from '../../../daemon/bounds/quotas.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import { gitRoom } from '../../../daemon/tree/git-room.ts'
import type { Hosts } from '../../../daemon/tree/hosts.ts'
import { isWithin } from '../../../protocol/names.ts'
import type { Quota } from '../../../protocol/quota.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

const mib = 1024 * 1024

/** Each host has the images of one pod, and a repository of some bytes. */
function hostsIn(dir: string, quotas: Record<string, Quota>, repositories: Record<string, number>): Hosts {
  const all = Object.entries(repositories).map(([path, bytes]) => {
    const paths = dataPaths(join(dir, path))
    mkdirSync(paths.repository('web'), { recursive: true })
    writeFileSync(join(paths.repository('web'), 'pack'), Buffer.alloc(bytes, 'x'))
    return { path, seams: { paths } }
  })
  const within = (path: string) => all.filter(one => isWithin(path, one.path))
  const used = (path: string) => ({ images: within(path).length * mib })
  return { within, root: { tenants: { quotas: new Quotas(new Map(Object.entries(quotas))), used } } } as never
}

test('gitRoom() is what images and repositories leave of the narrowest quota around a path', async () => {
  using at = scratch()
  const quotas = { team: { images: 10 * mib }, 'team.a': { images: 6 * mib }, other: { images: 1 }, free: { runs: 1 } }
  const hosts = hostsIn(at.dir, quotas, { team: mib, 'team.a': 3 * mib, 'team.b': 0, other: mib, free: mib })
  const roomOf = async (path: string) => Math.round((await gitRoom(path, hosts)).bytes / mib)
  assert.is(await roomOf('team.a'), 2)
  assert.is(await roomOf('team.b'), 3)
  assert.is(await roomOf('free'), Number.POSITIVE_INFINITY)
  assert.is(await roomOf(''), Number.POSITIVE_INFINITY)
  const quotaOf = async (path: string) => (await gitRoom(path, hosts)).quota
  assert.equal([await quotaOf('team.a'), await quotaOf('team'), await quotaOf('free')], ['team', 'team', undefined])
  const full = await failsWith('quota_exceeded', () => gitRoom('other', hosts))
  assert.equal(full.facts, { quota: 'other', key: 'images', most: 1, used: full.facts.used })
})

test.run()
