// State files edited by hand or damaged: read into what they say, or refused with the file named; and whatever records
// of runs say, a host recovers from them without an error of its own.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { loadHostFile } from '../../../daemon/boot/host-file.ts'
import { readNote } from '../../../daemon/keeper/note.ts'
import { desiredSchema, imageOf, specOf } from '../../../daemon/store/desired.ts'
import { highestNumber, readRecords } from '../../../daemon/store/run-record.ts'
import { parseState } from '../../../daemon/store/state-file.ts'
import { dataPaths } from '../../../daemon/system/paths.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { asJson, nearly, oddNumber, oddText } from '../garbage.ts'
import { config } from '../messages.ts'
import { holdsFor, type Target } from '../target.ts'
import { scriptNote } from './link.ts'

const hash = fc.constant('a'.repeat(64))
const time = fc.oneof(
  { weight: 3, arbitrary: fc.constant('2026-11-20T10:00:00.000Z') },
  fc.constant('2026-11-20T10:00:00+05'),
  oddText,
)

/** A pod.json. */
export const desiredText: fc.Arbitrary<string> = asJson(
  nearly({
    v: fc.constantFrom(1, 1, 1, 2),
    images: fc.array(nearly({ version: fc.nat(3), hash, size: fc.nat(), pushedAt: time, file: oddText }), {
      minLength: 1,
      maxLength: 2,
    }),
    version: fc.nat(3),
    params: fc.dictionary(oddText, oddText, { maxKeys: 2 }),
    config,
    want: fc.constantFrom('up', 'idle'),
    scale: fc.integer({ min: 1, max: 3 }),
    generation: fc.nat(),
  }),
)

/** The record of a run of `kept`. */
export const recordText: fc.Arbitrary<string> = asJson(
  nearly({
    v: fc.constant(1),
    id: fc.constantFrom('kept.1', 'kept.2', 'other.1'),
    slot: fc.oneof(fc.nat(2), oddNumber),
    spec: fc.constantFrom('', 'spec'),
    version: fc.nat(3),
    failures: fc.oneof(fc.nat(3), oddNumber),
    restarts: fc.oneof(fc.nat(3), oddNumber),
    ticket: fc.oneof(fc.constant('a ticket of a run'), oddText),
    boot: fc.constantFrom('this-boot', 'another'),
    state: fc.constantFrom('queued', 'spawning', 'starting', 'up', 'stopping', 'ended', 'lost'),
    pid: fc.oneof(fc.constantFrom(0, 1, 2 ** 31, 2 ** 22), oddNumber),
    startTime: fc.constantFrom('1', '123'),
    startedAt: time,
    upAt: time,
    why: fc.constantFrom('stopped', 'unhealthy', 'start_timeout'),
    endedAt: time,
    script: fc.option(
      nearly({
        queuedAt: time,
        hash,
        params: fc.dictionary(oddText, oddText, { maxKeys: 2 }),
        args: fc.array(oddText, { maxLength: 2 }),
        env: fc.dictionary(fc.constantFrom('A', 'PATH'), oddText, { maxKeys: 2 }),
        cwd: fc.oneof(fc.constantFrom('.', '/'), oddText),
        timeoutMs: oddNumber,
        stopMs: fc.oneof(fc.nat(500), oddNumber),
        maxOutputBytes: fc.oneof(fc.nat(), oddNumber),
        hasStdin: fc.boolean(),
        outputBytes: oddNumber,
        cut: fc.boolean(),
      }),
      { nil: undefined },
    ),
    end: nearly({ code: fc.constantFrom(0, 1, null), signal: fc.constant(null), reason: fc.constant('exited') }),
  }),
)

/** A schedule.json, and the note of how a script ended. */
export const scheduleText: fc.Arbitrary<string> = asJson(
  nearly({ v: fc.constant(1), at: time, schedule: fc.oneof(fc.constant('{"at":"0 3 * * *"}'), oddText) }),
)
export const noteText: fc.Arbitrary<string> = asJson(scriptNote)

export const hostText = asJson(
  nearly({
    v: fc.constant(1),
    id: fc.constant('id'),
    settings: nearly({
      maxImageBytes: oddNumber,
      maxLineBytes: oddNumber,
      authTimeout: fc.oneof(oddNumber, fc.constant('10s')),
      logAge: fc.oneof(oddNumber, oddText),
      spares: oddNumber,
      spareModules: fc.array(oddText, { maxLength: 2 }),
    }),
  }),
)

const runFile = fc.oneof(fc.constantFrom('1.json', '2.json', '99999999999999999999.json', '1.exit', '-1.json'), oddText)
const inputs = fc.record({ desired: desiredText, host: hostText, record: recordText, runFile, note: noteText })

export const state: Target = {
  id: 'state',
  promise: 'a state file is read, or refused by its name, and gives nothing that the host cannot go on with',
  open: () => {
    const dir = mkdtempSync(join(tmpdir(), 'p8a-fuzz-state-'))
    const paths = dataPaths(dir)
    const pod = paths.pod('kept')
    return {
      property: holdsFor(inputs, async ({ desired, host, record, runFile, note }) => {
        const read = readDesired(desired)
        if (read) assert.match(specOf(read) + (imageOf(read)?.hash ?? ''), /^[0-9a-f]+$/)
        writeFileSync(paths.host, host)
        await loadHostFile(paths.host).catch(isRefusal('bad_settings'))
        rmSync(pod.runs, { recursive: true, force: true })
        mkdirSync(pod.runs, { recursive: true })
        writeFileSync(join(pod.runs, '1.json'), record)
        if (isFileName(runFile)) writeFileSync(join(pod.runs, runFile), record)
        for (const { number, record } of await readRecords('kept', pod, isRefusal('state_broken'))) {
          assert.ok(Number.isSafeInteger(number) && number > 0, `run ${number}`)
          assert.ok(record.pid === undefined || (record.pid > 1 && record.pid < 2 ** 31), `pid ${record.pid}`)
          for (const at of [record.startedAt, record.upAt, record.endedAt])
            assert.ok(at === undefined || Number.isFinite(Date.parse(at)), `time ${at}`)
        }
        writeFileSync(join(pod.runs, '1.exit'), note)
        const end = await readNote(join(pod.runs, '1.exit')).catch(isRefusal('state_broken'))
        assert.ok(!end || (end.code === null) !== (end.signal === null), JSON.stringify(end))
        const highest = await highestNumber(pod)
        assert.ok(highest + 1 > highest, `no number is left after ${highest}`)
      }),
      close: async () => rmSync(dir, { recursive: true, force: true }),
    }
  },
}

function readDesired(text: string) {
  try {
    return parseState('pod.json', text, desiredSchema)
  } catch (error) {
    isRefusal('state_broken')(error)
    return undefined
  }
}

function isRefusal(code: string) {
  return (error: unknown): void => {
    assert.ok(error instanceof P8aError && error.code === code, String((error as Error)?.stack))
  }
}

/** What the kernel takes for a file in a folder. */
function isFileName(name: string): boolean {
  return name !== '' && !/[/\0]/.test(name) && !/^\.\.?$/.test(name) && Buffer.byteLength(name) < 256
}
