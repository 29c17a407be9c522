import { closeSync, readFileSync, writeSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Output } from '../../../shim/keeper/output.ts'
import { Pipes } from '../../../shim/keeper/pipes.ts'
import { LogFile } from '../../../shim/log/log-file.ts'
import { scratch } from '../../scratch.ts'

/** What comes of that output, written at once. */
async function stored(text: string, maxBytes: number) {
  using at = scratch()
  const file = at.path('1.log')
  const pipes = new Pipes(at.path('pipes'))
  const { read, write } = pipes.open()
  const log = new LogFile({ file, maxFileBytes: Number.POSITIVE_INFINITY, maxTotalBytes: Number.POSITIVE_INFINITY })
  let ends = 0
  const output = new Output({ read, log, maxBytes, onEnd: () => ends++ })
  writeSync(write, text)
  assert.is(ends, 0)
  closeSync(write)
  await output.ended
  assert.is(ends, 1)
  // A time is before each line.
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  return { bytes: output.bytes, isCut: output.isCut, lines: lines.map(line => line.slice(line.indexOf(' ') + 1)) }
}

test('an output is stored as it is, also where it has no last newline', async () => {
  assert.equal(await stored('one\ntwo', 100), {
    bytes: 7,
    isCut: false,
    lines: ['stdout F one', 'stdout P two'],
  })
})

test('an output that is as long as what is kept is whole', async () => {
  assert.equal(await stored('four\n', 5), { bytes: 5, isCut: false, lines: ['stdout F four'] })
})

test('an output beyond what is kept is cut there, counted, and told', async () => {
  assert.equal(await stored('one\ntwo\nthree\n', 6), {
    bytes: 14,
    isCut: true,
    lines: [
      'stdout F one',
      'stdout P tw',
      'stdout F ',
      'stderr F [p8a: the output was cut here, 6 bytes are kept of a run]',
    ],
  })
})

test.run()
