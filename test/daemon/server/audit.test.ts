// The audit log as a file: written, rotated, read from its end. Not here: which verbs are in it (e2e/security.test.ts).
import { mkdirSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { AuditLog } from '../../../daemon/server/access/audit-log.ts'
import { readAudit } from '../../../daemon/server/access/audit-read.ts'
import type { HostLog } from '../../../daemon/system/host-log.ts'
import type { AuditEntry } from '../../../protocol/words.ts'
import { scratch } from '../../scratch.ts'

const log = { error: () => {} } as unknown as HostLog

const entry = (nth: number, path = ''): AuditEntry => ({
  time: '2026-11-20T10:00:00.000Z',
  who: 'ci',
  from: '192.0.2.1',
  verb: 'pod.start',
  path,
  pod: `pod-${nth}`,
  outcome: 'ok',
})

async function inDir(work: (file: string, dir: string) => Promise<void>): Promise<void> {
  using at = scratch()
  await work(at.path('audit.log'), at.dir)
}

const open = (file: string, limits = {}) =>
  AuditLog.open(file, { settings: { auditFileBytes: 1e6, auditFiles: 3, ...limits }, log })

const pods = (entries: AuditEntry[]) => entries.map(({ pod }) => pod)

test('what is written is in the file at once, for its owner alone, behind what was there', async () => {
  await inDir(async file => {
    for (const nth of [1, 2]) {
      const audit = await open(file)
      audit.write(entry(nth))
      await audit.close()
    }
    assert.is(readFileSync(file, 'utf8'), `${JSON.stringify(entry(1))}\n${JSON.stringify(entry(2))}\n`)
    assert.is(statSync(file).mode & 0o777, 0o600)
  })
})

test('behind half a line, which a full disk left to an earlier host, a new line begins', async () => {
  await inDir(async file => {
    writeFileSync(file, `${JSON.stringify(entry(1))}\n{"time":"2026`)
    const audit = await open(file)
    audit.write(entry(2))
    audit.write(entry(3))
    assert.equal(pods(await readAudit(audit.files, { path: '', limit: 10 })), ['pod-1', 'pod-2', 'pod-3'])
    await audit.close()
  })
})

test('AuditLog.open() refuses a link and a pipe in its place', async () => {
  await inDir(async (file, dir) => {
    symlinkSync(join(dir, 'elsewhere'), file)
    assert.match(await open(file).catch(error => error.message), /Cannot write .*audit\.log: it is a link/)
    assert.equal(readdirSync(dir), ['audit.log'])
  })
})

test('readAudit() gives the last ones, the oldest of them first, however long the file is', async () => {
  await inDir(async file => {
    const audit = await open(file)
    for (let nth = 0; nth < 2000; nth++) audit.write(entry(nth))
    await audit.close()
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
    assert.equal([error.code, error.message], ['state_broken', `Cannot read ${file}.1: it is no file`])
  })
})

test('a file beyond its size is rotated, so many are kept, and no line between them is lost', async () => {
  await inDir(async (file, dir) => {
    const audit = await open(file, { auditFileBytes: 1000 })
    for (let nth = 0; nth < 100; nth++) {
      audit.write(entry(nth))
      // A rotation takes a few turns; without them all would be in one file.
      await new Promise(resolve => setTimeout(resolve, 1))
    }
    await audit.close()
    assert.equal(readdirSync(dir).sort(), ['audit.log', 'audit.log.1', 'audit.log.2'])
    const kept = pods(await readAudit(audit.files, { path: '', limit: 1000 }))
    assert.ok(kept.length > 5 && kept.length < 100)
    assert.equal(
      kept,
      Array.from({ length: kept.length }, (_, nth) => `pod-${100 - kept.length + nth}`),
    )
  })
})

test.run()
