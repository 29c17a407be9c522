// How far the output of a run was folded whose keeper is gone.
import { mkdirSync, statSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { foldedSoFar, rotationsOf } from '../../../shim/log/raw-resume.ts'
import { scratch } from '../../scratch.ts'

test('foldedSoFar() reads how far each stream came: the fold was written, or was not', () => {
  using at = scratch()
  const file = at.file('1.log', 'line\n')
  const { ino, size } = statSync(file)
  const raw = { stdout: at.path('1.stdout.raw'), stderr: at.path('1.stderr.raw') }
  at.file('1.stdout.raw.at', JSON.stringify({ from: 3, to: 8, inode: ino, size: size - 1 }))
  at.file('1.stderr.raw.at', JSON.stringify({ from: 3, to: 8, inode: ino, size }))
  assert.equal(foldedSoFar({ file, raw }), { stdout: 8, stderr: 3 })
})

test('foldedSoFar() takes half a note for none, and what cannot be read not', () => {
  using at = scratch()
  const file = at.file('1.log', 'line\n')
  const raw = { stdout: at.path('1.stdout.raw'), stderr: at.path('1.stderr.raw') }
  at.file('1.stdout.raw.at', '{"from":3')
  assert.equal(foldedSoFar({ file, raw }), { stdout: 0, stderr: 0 })
  mkdirSync(at.path('1.stderr.raw.at'))
  assert.throws(() => foldedSoFar({ file, raw }), 'EISDIR')
})

test('rotationsOf() counts by the names beside a log', () => {
  using at = scratch()
  const file = at.file('1.log', '')
  assert.is(rotationsOf(file), 0)
  for (const name of ['1.log.1', '1.log.12', '1.log.x', '11.log.40']) at.file(name, '')
  assert.is(rotationsOf(file), 12)
})

test.run()
