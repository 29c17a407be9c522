// How the shell names commands.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { ShellOutput } from '../../../cli/shell/output.ts'

const output = (dataDir?: string) => new ShellOutput({ json: false, within: 'origin', dataDir })

test('ShellOutput.command() leaves out what its prompt stands for', () => {
  assert.is(output().command({ verb: 'start', args: ['web'] }), 'start web')
  assert.is(output().command({ verb: 'start', args: ['web'], remote: 'origin' }), 'start web')
  assert.is(output().command({ verb: 'start', args: ['<name>'], remote: '<remote>' }), 'start <name>')
  assert.is(output().command({ verb: 'help', args: ['start'] }), 'help start')
})

test('ShellOutput.command() writes commands that its prompt does not take as they are typed elsewhere', () => {
  assert.is(
    output('/far').command({ verb: 'start', args: ['web'], remote: 'local' }),
    'pod start --data /far local web',
  )
  assert.is(output().command({ verb: 'host status' }), 'pod host status')
  assert.is(output().command({ verb: 'remote pin', args: ['AB:CD'] }), 'pod remote pin origin AB:CD')
})

test.run()
