import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Frames } from '../../../pods/gateway/frames.ts'
import { frame } from './frame.ts'

test('Frames knows where frames of any length end, in parts as small as can be', () => {
  for (const bytes of [0, 1, 125, 126, 127, 128, 65_535, 65_536, 70_000]) {
    for (const isMasked of [false, true]) {
      const whole = frame({ payload: Buffer.alloc(bytes, 'x'), isMasked })
      for (const step of [1, 2, 7, whole.length, whole.length + 1]) {
        const frames = new Frames()
        const both = Buffer.concat([whole, whole.subarray(0, 1)])
        const ends: number[] = []
        for (let at = 0; at < both.length; at += step) {
          const end = frames.push(both.subarray(at, at + step))
          if (end !== undefined) ends.push(at + end)
        }
        assert.equal([ends, frames.areWhole], [[whole.length], false], `${bytes} by ${step}`)
      }
    }
  }
})

test('Frames tells of the first end in a chunk that has several', () => {
  const [one, two] = [frame({ payload: Buffer.from('one') }), frame({ opcode: 9, payload: Buffer.from('ping') })]
  const frames = new Frames()
  assert.ok(frames.areWhole)
  assert.is(frames.push(Buffer.concat([one, two, one])), one.length)
  assert.ok(frames.areWhole)
  assert.is(frames.push(one.subarray(0, 3)), undefined)
  assert.is(frames.push(Buffer.concat([one.subarray(3), two.subarray(0, 2)])), one.length - 3)
  assert.not.ok(frames.areWhole)
})

test.run()
