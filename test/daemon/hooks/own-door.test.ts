import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isOwnDoor } from '../../../daemon/hooks/own-door.ts'

const local = ['127.0.0.1', '::1', '10.0.0.5']
const cases: [address: string, doors: string[], is: boolean][] = [
  ['127.0.0.1', ['127.0.0.1:3000', 'unix:/data/host.sock'], true],
  ['::ffff:127.0.0.1', ['127.0.0.1:3000'], true],
  ['::ffff:7f00:1', ['127.0.0.1:3000'], true],
  ['::FFFF:A00:5', ['tls://0.0.0.0:3000'], true],
  ['::ffff:a00:9', ['tls://0.0.0.0:3000'], false],
  ['0.0.0.0', ['127.0.0.1:3000'], true],
  ['127.0.0.1', ['tls://0.0.0.0:3000'], true],
  ['127.7.7.7', ['0.0.0.0:3000'], true],
  ['10.0.0.5', ['tls://[::]:3000'], true],
  ['::1', ['[::1]:3000'], true],
  ['10.0.0.9', ['tls://[::]:3000'], false],
  ['10.0.0.5', ['127.0.0.1:3000'], false],
  ['127.0.0.1', ['127.0.0.1:3001'], false],
  ['127.0.0.1', ['unix:/data/127.0.0.1:3000'], false],
]
for (const [address, doors, is] of cases) {
  test(`isOwnDoor() finds that ${address} at 3000 is ${is ? '' : 'not '}behind ${doors[0]}`, () =>
    assert.is(isOwnDoor({ address, port: 3000 }, doors, local), is))
}

test.run()
