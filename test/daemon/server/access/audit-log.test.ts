// The audit log as a file: written and rotated. Not here: which verbs are in it (audited.test.ts, e2e/security.test.ts).
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { AuditLog } from '../../../../daemon/server/access/audit-log.ts'
import { readAudit } from '../../../../daemon/server/access/audit-read.ts'
import { failsWith } from '../../../fails.ts'
import { entry, inDir, pods } from './audit-entries.ts'

const quiet = { warn: (_tag: string, _message: string) => {}, error: () => {} }

const open = (file: string, limits = {}, log = quiet) =>
  new AuditLog(file, { settings: { auditFileBytes: 1e6, auditFiles: 3, ...limits }, log })

test('write() puts a line in the file at once, for its owner alone, behind what was there', async () => {
  await inDir(async file => {
    for (const nth of [1, 2]) {
      const audit = open(file)
      audit.write(entry(nth))
      audit.close()
    }
    assert.is(readFileSync(file, 'utf8'), `${JSON.stringify(entry(1))}\n${JSON.stringify(entry(2))}\n`)
    assert.is(statSync(file).mode & 0o777, 0o600)
  })
})

test('write() begins a new line behind half a line, which a full disk left to an earlier host', async () => {
  await inDir(async file => {
    writeFileSync(file, `${JSON.stringify(entry(1))}\n{"time":"2026`)
    const audit = open(file)
    audit.write(entry(2))
    audit.write(entry(3))
    assert.equal(pods(await readAudit(audit.files, { path: '', limit: 10 })), ['pod-1', 'pod-2', 'pod-3'])
    audit.close()
  })
})

test('AuditLog.open() refuses a link and a pipe in its place', async () => {
  await inDir(async (file, dir) => {
    symlinkSync(join(dir, 'elsewhere'), file)
    const error = await failsWith('state_broken', () => open(file))
    assert.match(error.message, /Cannot write .*audit\.log: it is a link/)
    assert.equal(readdirSync(dir), ['audit.log'])
  })
})

test('write() rotates a file beyond its size; so many are kept, and no line between them is lost', async () => {
  await inDir(async (file, dir) => {
    const audit = open(file, { auditFileBytes: 1000 })
    for (let nth = 0; nth < 100; nth++) audit.write(entry(nth))
    audit.close()
    assert.equal(readdirSync(dir).sort(), ['audit.log', 'audit.log.1', 'audit.log.2'])
    const kept = pods(await readAudit(audit.files, { path: '', limit: 1000 }))
    assert.ok(kept.length > 5 && kept.length < 100)
    assert.equal(
      kept,
      Array.from({ length: kept.length }, (_, nth) => `pod-${100 - kept.length + nth}`),
    )
  })
})

test('write() loses no line to what people do with the live file, and says what it saw', async () => {
  const done: Record<string, (file: string) => void> = {
    removed: file => rmSync(file),
    moved: file => renameSync(file, `${file}.mine`),
    cut: file => truncateSync(file),
    'a folder': file => {
      rmSync(file)
      mkdirSync(file)
    },
  }
  for (const [what, toFile] of Object.entries(done)) {
    await inDir(async file => {
      const said: string[] = []
      const audit = open(file, {}, { ...quiet, warn: (_tag, message) => said.push(message) })
      audit.write(entry(1))
      toFile(file)
      audit.write(entry(2))
      if (what === 'a folder') rmdirSync(file)
      audit.write(entry(3))
      const kept = pods(await readAudit(audit.files, { path: '', limit: 10 }))
      assert.equal(kept.slice(-2), ['pod-2', 'pod-3'], what)
      assert.equal(said.length, what === 'cut' ? 0 : 1, what)
      audit.close()
    })
  }
})

test.run()
