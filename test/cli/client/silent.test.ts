import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { silent } from '../../../cli/client/silent.ts'

test('silent() says for how long there was no sign of life, and where', () => {
  const { code, message, facts } = silent('example.org:3000', 15_000)
  assert.equal([code, message], ['host_silent', 'No sign of life from the host at example.org:3000 for 15 s'])
  assert.equal(facts, { address: 'example.org:3000', silenceMs: 15_000 })
})

test('silent() tells what to do with a host on this machine, and with one elsewhere', () => {
  assert.match(silent('unix:/srv/p8a/host.sock', 1000).hint ?? '', /ps ax \| grep \/srv\/p8a"/)
  assert.not.match(silent('example.org:3000', 1000).hint ?? '', /kill/)
})

test.run()
