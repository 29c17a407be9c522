// What a keeper does about a container whose lease is over: by a program in the place of an engine.
import { readFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { endLeased } from '../../../shim/keeper/lease-end.ts'
import { scratch } from '../../scratch.ts'

/** Fails until it was begun for the third time, and says with which variables. */
const engine = 'echo x >> "$0"; env > "$0.env"; test $(wc -l < "$0") -ge 3'

test('endLeased() asks the engine again until it has ended the container, with the variables of the host alone', async () => {
  using at = scratch()
  const file = at.path('asked')
  const env = { PATH: process.env.PATH ?? '', XDG_RUNTIME_DIR: '/run/it' }
  const ended = await endLeased({ command: ['/bin/sh', '-c', engine, file], env }, { waitMs: 1 })
  assert.equal([ended, readFileSync(file, 'utf8')], [true, 'x\nx\nx\n'])
  const given = readFileSync(`${file}.env`, 'utf8')
  assert.match(given, 'XDG_RUNTIME_DIR=/run/it')
  assert.not.match(given, 'HOME=')
})

test('endLeased() gives up at last where there is no engine or none can be begun, and does nothing where there is no container', async () => {
  using at = scratch()
  assert.is(await endLeased({ command: [at.path('none')], env: {} }, { waitMs: 1 }), false)
  // Node throws at this one, as it does where memory is short.
  assert.is(await endLeased({ command: ['\0'], env: {} }, { waitMs: 1 }), false)
  assert.is(await endLeased(undefined), true)
})

test.run()
