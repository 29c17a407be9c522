import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Output } from '../../../cli/say/output.ts'

test('command() says --data where this command line has it', () => {
  const output = new Output({ json: false })
  assert.is(output.command({ verb: 'host status' }), 'pod host status')
  output.dataDir = '/data'
  assert.is(output.command({ verb: 'host status' }), 'pod host status --data /data')
  assert.is(output.command({ verb: 'status', remote: 'local' }), 'pod status --data /data local')
})

test('hint() is nothing where there is nothing to do', () => {
  const output = new Output({ json: false })
  assert.is(output.hint([]), undefined)
  assert.is(output.hint([{ text: 'See', do: { verb: 'help', args: ['start'] } }]), 'See: pod help start')
})

test('paint() styles nothing where no person looks', () => {
  assert.is(new Output({ json: false }).paint('green', 'fine'), 'fine')
})

test.run()
