import type net from 'node:net'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Descriptors, type DescriptorUse, readDescriptorLimit } from '../../../daemon/system/descriptors.ts'
import { isForRoom } from '../../../daemon/system/room.ts'

const uses: DescriptorUse[] = ['run', 'port', 'socket', 'refusal']

function whoMay(descriptors: Descriptors, fd: number): DescriptorUse[] {
  return uses.filter(use => descriptors.mayBe(fd, use))
}

function socketAt(fd: number): net.Socket {
  return { _handle: { fd } } as unknown as net.Socket
}

test('mayBe() keeps the last descriptors for those that can make room, in their order', () => {
  const descriptors = new Descriptors({ limit: 1000, kept: 32, nowMs: () => 0 })
  assert.equal(whoMay(descriptors, 967), ['run', 'port', 'socket', 'refusal'])
  assert.equal(whoMay(descriptors, 968), ['port', 'socket', 'refusal'])
  assert.equal(whoMay(descriptors, 984), ['socket', 'refusal'])
  assert.equal(whoMay(descriptors, 992), ['refusal'])
  assert.equal(whoMay(descriptors, 996), [])
})

test('mayBe() keeps no more than a sixth of a low limit, and everything is allowed without one', () => {
  assert.equal(whoMay(new Descriptors({ limit: 40, kept: 32, nowMs: () => 0 }), 33), uses)
  assert.equal(whoMay(new Descriptors({ limit: 40, kept: 32, nowMs: () => 0 }), 37), ['socket', 'refusal'])
  assert.equal(whoMay(new Descriptors({ limit: Number.POSITIVE_INFINITY, kept: 32, nowMs: () => 0 }), 1e9), uses)
})

test('checkRoomForRun() refuses a run that could not be linked, those that boot included, as the system would', async () => {
  const limit = await readDescriptorLimit()
  const descriptors = new Descriptors({ limit, kept: 32, nowMs: () => 0 })
  await descriptors.checkRoomForRun(0)
  const refusal = await descriptors.checkRoomForRun(limit).catch(error => error)
  assert.ok(isForRoom(refusal))
  assert.match(refusal.message, /only \d+ files open at once.*ulimit -n/)
})

test('inWords() says what to do where the system found no descriptor left, and else what the system says', () => {
  const descriptors = new Descriptors({ limit: 40, kept: 32, nowMs: () => 0 })
  const failed = (code: string) => Object.assign(new Error(`${code}: that`), { code })
  assert.match(descriptors.inWords(failed('EMFILE')), /only 40 files open at once.*ulimit -n/)
  assert.is(descriptors.inWords(failed('ENFILE')), 'ENFILE: that')
  const endless = new Descriptors({ limit: Number.POSITIVE_INFINITY, kept: 32, nowMs: () => 0 })
  assert.is(endless.inWords(failed('EMFILE')), 'EMFILE: that')
})

test('isShort is true for a moment after a run was not linked, and not after a client was refused', () => {
  let nowMs = 0
  const descriptors = new Descriptors({ limit: 100, kept: 10, nowMs: () => nowMs })
  assert.is(descriptors.mayServe(socketAt(98), 'port'), false)
  assert.is(descriptors.isShort, false)
  assert.is(descriptors.mayServe(socketAt(95), 'run'), false)
  assert.is(descriptors.isShort, true)
  nowMs = 2500
  assert.is(descriptors.isShort, false)
})

test.run()
