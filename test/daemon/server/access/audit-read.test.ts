// The audit log read from its end. Not here: how it is written (audit-log.test.ts).
import { mkdirSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { AuditLog } from '../../../../daemon/server/access/audit-log.ts'
import { readAudit } from '../../../../daemon/server/access/audit-read.ts'
import { entry, inDir, pods } from './audit-entries.ts'

const log = { warn: () => {}, error: () => {} }

const open = (file: string, limits = {}) =>
  new AuditLog(file, { settings: { auditFileBytes: 1e6, auditFiles: 3, ...limits }, log })

test('readAudit() gives the last ones, the oldest of them first, however long the file is', async () => {
  await inDir(async file => {
    const audit = open(file)
    for (let nth = 0; nth < 2000; nth++) audit.write(entry(nth))
    audit.close()
    assert.equal(pods(await readAudit(audit.files, { path: '', limit: 2 })), ['pod-1998', 'pod-1999'])
    const all = pods(await readAudit(audit.files, { path: '', limit: 10_000 }))
    assert.equal(
      all,
      Array.from({ length: 2000 }, (_, nth) => `pod-${nth}`),
    )
  })
})

test('readAudit() leaves out other paths, and lines that are none', async () => {
  await inDir(async file => {
    const lines = [entry(1), entry(2, 'inner'), entry(3, 'inner.second'), entry(4, 'inner2')].map(each =>
      JSON.stringify(each),
    )
    writeFileSync(file, `${lines.join('\n')}\n{"torn":\nnull\n7\n`)
    assert.equal(pods(await readAudit([file], { path: 'inner', limit: 100 })), ['pod-2', 'pod-3'])
    assert.is((await readAudit([`${file}.none`], { path: '', limit: 100 })).length, 0)
  })
})

test('readAudit() refuses what is no file in the place of one, by its name, and passes over lines of other types', async () => {
  await inDir(async file => {
    const odd = [{ time: 5 }, { who: {} }, { pod: [] }, { uid: 'x' }].map(each => ({ ...entry(1), ...each }))
    writeFileSync(file, [...odd, entry(2)].map(each => `${JSON.stringify(each)}\n`).join(''))
    assert.equal(pods(await readAudit([file], { path: '', limit: 100 })), ['pod-2'])
    mkdirSync(`${file}.1`)
    const error = await readAudit([file, `${file}.1`], { path: '', limit: 100 }).catch(error => error)
    assert.equal([error.code, error.message], ['state_broken', `Cannot read ${file}.1: it is not a file`])
  })
})

test.run()
