import { EventEmitter } from 'node:events'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { endOnUnheardSignals } from '../../../daemon/boot/unheard.ts'

function processOf(pid: number) {
  const exits: number[] = []
  return { process: Object.assign(new EventEmitter(), { pid, exit: (code: number) => void exits.push(code) }), exits }
}

test('endOnUnheardSignals() ends the first process by a signal that nobody listens to, and leaves the others to those who do', () => {
  const { process, exits } = processOf(1)
  endOnUnheardSignals(process)
  for (const signal of ['SIGTERM', 'SIGINT']) process.emit(signal)
  assert.equal(exits, [143, 130])
  let heard = 0
  process.on('SIGTERM', () => heard++)
  for (const signal of ['SIGTERM', 'SIGINT']) process.emit(signal)
  assert.equal([exits, heard], [[143, 130, 130], 1])
})

test('endOnUnheardSignals() leaves any other process to the system', () => {
  const { process } = processOf(2)
  endOnUnheardSignals(process)
  assert.equal(process.eventNames(), [])
})

test.run()
