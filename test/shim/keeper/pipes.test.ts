import { closeSync, existsSync, readdirSync, readSync, rmSync, writeFileSync, writeSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Pipes } from '../../../shim/keeper/pipes.ts'
import { scratch } from '../../scratch.ts'

/** What is written into one end and read from the other. */
function through({ read, write }: { read: number; write: number }, text: string): string {
  writeSync(write, text)
  const bytes = Buffer.alloc(100)
  const length = readSync(read, bytes)
  closeSync(write)
  closeSync(read)
  return bytes.toString('utf8', 0, length)
}

test('open() gives both ends of a pipe that has no name any more', () => {
  using at = scratch()
  const pipes = new Pipes(at.path('pipes'))
  assert.equal([through(pipes.open(), 'one'), through(pipes.open(), 'two')], ['one', 'two'])
  assert.is(readdirSync(at.path('pipes')).length, 30)
})

test('open() makes pipes again where somebody removed them', () => {
  using at = scratch()
  const pipes = new Pipes(at.path('pipes'))
  assert.is(through(pipes.open(), 'one'), 'one')
  rmSync(at.path('pipes'), { recursive: true })
  assert.is(through(pipes.open(), 'two'), 'two')
})

test('remove() leaves nothing, and no file of anybody else is removed', () => {
  using at = scratch()
  const pipes = new Pipes(at.path('pipes'))
  through(pipes.open(), 'one')
  pipes.remove()
  assert.not(existsSync(at.path('pipes')))
  through(pipes.open(), 'two')
  writeFileSync(at.path('pipes/note'), '')
  pipes.remove()
  assert.equal(readdirSync(at.path('pipes')), ['note'])
})

test.run()
