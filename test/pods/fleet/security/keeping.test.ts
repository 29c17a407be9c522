import { existsSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import {
  forgetKeeping,
  readKeeping,
  standingOf,
  stepDown,
  writeKeeping,
} from '../../../../pods/fleet/security/keeping.ts'
import { scratch } from '../../../scratch.ts'

test('standingOf() lets whoever came last keep the engine, also where one dies between its steps', () => {
  const by = (id: string, epoch: number) => ({ host: id, id, epoch })
  const rows = [
    [undefined, undefined, { is: 'claiming', epoch: 1 }],
    [undefined, 4, { is: 'claiming', epoch: 1 }],
    [by('own', 3), undefined, { is: 'holding', epoch: 3 }],
    [by('own', 3), 3, { is: 'holding', epoch: 3 }],
    // It got the keys of another one.
    [by('other', 3), undefined, { is: 'claiming', epoch: 4 }],
    // It noted that it is about to, and died.
    [by('other', 3), 4, { is: 'claiming', epoch: 4 }],
    [by('other', 3), 3, { is: 'deposed', by: 'other' }],
    [by('other', 3), 2, { is: 'deposed', by: 'other' }],
  ] as const
  for (const [written, epoch, standing] of rows) assert.equal(standingOf({ written, id: 'own', epoch }), standing)
})

test('what a host has been of one fleet says nothing of another, and one that steps down has no keys', async () => {
  using at = scratch()
  assert.equal(await readKeeping(at.dir, 'f'), {})
  await writeKeeping(at.dir, { fleet: 'f', epoch: 2 })
  assert.equal([await readKeeping(at.dir, 'f'), await readKeeping(at.dir, 'g')], [{ epoch: 2 }, {}])
  // Where the keys are not put aside, it must not seem one that has just got them.
  await stepDown(at.dir, { fleet: 'f', by: 'b' }).catch(() => {})
  assert.equal(await readKeeping(at.dir, 'f'), { epoch: 2 })
  writeFileSync(at.path('keys.json'), '{}')
  await stepDown(at.dir, { fleet: 'f', by: 'b' })
  assert.equal(await readKeeping(at.dir, 'f'), { by: 'b' })
  assert.equal([existsSync(at.path('keys.json')), existsSync(at.path('keys.json.old'))], [false, true])
  await forgetKeeping(at.dir)
  assert.equal([await readKeeping(at.dir, 'f'), existsSync(at.path('keys.json.old'))], [{}, false])
})

test.run()
