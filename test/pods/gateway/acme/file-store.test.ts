// What the runs of a gateway share of ACME: what cannot be read is not absent.
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { FileStore } from '../../../../pods/gateway/acme/file-store.ts'
import { scratch } from '../../../scratch.ts'

test('FileStore has nothing at first, and then what was saved', async () => {
  using at = scratch()
  const store = new FileStore(at.dir, 'https://ca.example/directory')
  await store.open()
  assert.equal([await store.account(), await store.plan('a.example')], [undefined, { nextAtMs: 0, failures: 0 }])
  await store.saveAccount({ key: 'k' })
  await store.savePlan('a.example', { nextAtMs: 7, failures: 1 })
  assert.equal([await store.account(), await store.plan('a.example')], [{ key: 'k' }, { nextAtMs: 7, failures: 1 }])
})

test('FileStore makes no new account and orders nothing where the files cannot be read', async () => {
  using at = scratch()
  const store = new FileStore(at.dir, 'https://ca.example/directory')
  await store.open()
  const folder = join(at.dir, 'acme', readdirSync(join(at.dir, 'acme')).find(name => name !== 'challenges') ?? '')
  for (const name of ['account.json', 'a.example.plan', 'hold.json']) mkdirSync(join(folder, name))
  for (const read of [() => store.account(), () => store.plan('a.example'), () => store.holdUntilMs()])
    assert.is(await read().catch((error: NodeJS.ErrnoException) => error.code), 'EISDIR')
  rmSync(join(folder, 'account.json'), { recursive: true })
  writeFileSync(join(folder, 'account.json'), '{"key":')
  assert.is(await store.account(), undefined)
})

test.run()
