// What else a host reads of its data directory: tokens, the audit log, raw output with its notes. Read into what it says,
// refused by its name, or passed over.
import assert from 'node:assert/strict'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { foldLeftovers } from '../../../daemon/pod/raw-output.ts'
import { readAudit } from '../../../daemon/server/access/audit-read.ts'
import { Tokens } from '../../../daemon/server/access/tokens.ts'
import { systemClock } from '../../../daemon/system/clock.ts'
import { dataPaths, runPaths } from '../../../daemon/system/paths.ts'
import { parseCriLine } from '../../../protocol/cri.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { asJson, nearly, oddNumber, oddText } from '../garbage.ts'
import { holdsFor, type Target } from '../target.ts'

const time = fc.constantFrom('2026-11-20T10:00:00.000Z', '2026-11-20T10:00:00+05', '2026-02-31T00:00:00Z', '0')
/** A tokens.json. */
export const tokensText = asJson(
  nearly({
    v: fc.constant(1),
    default: fc.boolean(),
    tokens: fc.array(
      nearly({
        name: fc.oneof(fc.constantFrom('ci', 'default', 'local', '__proto__'), oddText),
        role: fc.constantFrom('admin', 'deploy', 'read'),
        path: fc.oneof(fc.constant(''), oddText),
        hash: fc.constantFrom('a'.repeat(64), 'A'.repeat(64), ''),
        createdAt: fc.oneof(time, oddText),
        expiresAt: time,
      }),
      { maxLength: 3 },
    ),
  }),
)
/** An audit log. */
export const auditText = fc
  .array(
    asJson(
      nearly({
        time: fc.oneof(time, oddText),
        who: oddText,
        uid: oddNumber,
        from: oddText,
        verb: oddText,
        path: fc.oneof(fc.constant(''), oddText),
        pod: oddText,
        outcome: oddText,
      }),
    ),
    { maxLength: 5 },
  )
  .map(lines => lines.join('\n'))
/** The note of how far raw output was folded. */
export const positionText = asJson(
  nearly({
    from: fc.oneof(fc.nat(30), oddNumber),
    to: fc.oneof(fc.nat(30), oddNumber),
    inode: oddNumber,
    size: oddNumber,
  }),
)
const token = fc.oneof(oddText, fc.constantFrom('x'.repeat(16), '\0'.repeat(20), `${'x'.repeat(20)}\ny`))
const secret = fc.oneof(fc.constantFrom('', 'default', 'undefined', undefined, null, 5, 'a'.repeat(64)), oddText)
const raw = fc.oneof(oddText, fc.constantFrom('one\ntwo\n', 'x'.repeat(40_000)))
const inputs = fc.record({ token, tokens: tokensText, secret, audit: auditText, raw, note: positionText, log: oddText })

export const notes: Target = {
  id: 'notes',
  promise: 'tokens let nobody in who is not meant, the audit log is read, and no raw output is removed unread',
  open: () => {
    const dir = mkdtempSync(join(tmpdir(), 'p8a-fuzz-notes-'))
    const paths = dataPaths(dir)
    const pod = paths.pod('kept')
    return {
      property: holdsFor(inputs, async ({ token, tokens, secret, audit, raw, note, log }) => {
        writeFileSync(paths.token, token)
        writeFileSync(paths.tokens, tokens)
        await checkTokens(dir, { token, secret })
        writeFileSync(paths.audit, audit)
        for (const { time, who, path } of await readAudit([paths.audit], { path: '', limit: 10 }))
          assert.deepEqual([typeof time, typeof who, typeof path], ['string', 'string', 'string'])
        rmSync(pod.logs, { recursive: true, force: true })
        mkdirSync(pod.logs, { recursive: true })
        const run = runPaths(pod, 1)
        writeFileSync(run.log, log)
        writeFileSync(run.raw.stdout, raw)
        writeFileSync(`${run.raw.stdout}.at`, note)
        await checkFold(run, { raw, note })
      }),
      close: async () => rmSync(dir, { recursive: true, force: true }),
    }
  },
}

async function checkTokens(dir: string, { token, secret }: { token: string; secret: unknown }): Promise<void> {
  const tokens = new Tokens({ paths: dataPaths(dir), clock: systemClock, settings: { maxPathTokens: 100 } })
  try {
    await tokens.load()
  } catch (error) {
    assert.ok(error instanceof P8aError && error.code === 'bad_settings' && error.message.includes(dir), String(error))
    return
  }
  // None of the hashes is that of a secret which anyone would say.
  if (secret !== token.trim()) assert.equal(tokens.find(secret), undefined)
  for (const { name, expiresAt } of tokens.list({ role: 'admin', path: '' }))
    assert.ok(typeof name === 'string' && (expiresAt === undefined || Number.isFinite(Date.parse(expiresAt))))
}

async function checkFold(
  run: ReturnType<typeof runPaths>,
  { raw, note }: { raw: string; note: string },
): Promise<void> {
  try {
    await foldLeftovers(run)
  } catch (error) {
    // A note that is too long to be one: nothing is folded, and all is kept.
    assert.match((error as Error).message, /^it has \d+ bytes/)
    assert.ok(existsSync(run.raw.stdout))
    return
  }
  assert.ok(!existsSync(run.raw.stdout) && !existsSync(`${run.raw.stdout}.at`))
  const folded = readFileSync(run.log, 'utf8').split('\n').map(parseCriLine)
  const has = folded.some(line => line?.stream === 'stdout')
  // A note that says how far it came is believed; without one all of it is there.
  if (!isPosition(note) && raw.length > 1) assert.ok(has, 'the output is in the log')
}

function isPosition(note: string): boolean {
  try {
    const { from, to } = JSON.parse(note)
    return Number.isInteger(from) && Number.isInteger(to) && from >= 0 && to >= 0
  } catch {
    return false
  }
}
