// Errors that tell of the machine.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isBusy, isForRoom } from '../../../daemon/system/room.ts'

const system = (code: string) => Object.assign(new Error(code), { code })

test('isBusy() and isForRoom() know what passes from what stays, also as the cause of another error', () => {
  for (const [code, busy, room] of [
    ['EMFILE', true, true],
    ['EAGAIN', true, true],
    ['ENOSPC', false, true],
    ['EDQUOT', false, true],
    ['ENOENT', false, false],
    ['EACCES', false, false],
  ] as const) {
    for (const error of [system(code), new Error('cannot', { cause: system(code) })])
      assert.equal([isBusy(error), isForRoom(error)], [busy, room], code)
  }
  assert.equal([isBusy(new Error('x')), isForRoom(new Error('x'))], [false, false])
})

test.run()
