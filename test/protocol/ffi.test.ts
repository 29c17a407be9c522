import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { systemFunctions } from '../../protocol/ffi.ts'
import { needs } from '../needs.ts'

const test = suite('ffi')
const none = { arguments: [], return: 'int32' }

needs(test, 'node:ffi')(
  'systemFunctions() are those of the system, and no word is said of how new the module is',
  async () => {
    const said: unknown[] = []
    const onWarning = (warning: unknown) => said.push(warning)
    const { emitWarning } = process
    process.on('warning', onWarning)
    assert.is(systemFunctions<{ getpid(): number }>({ getpid: none })?.getpid(), process.pid)
    await new Promise(setImmediate)
    process.off('warning', onWarning)
    assert.equal([said, process.emitWarning === emitWarning], [[], true])
  },
)

test('systemFunctions() are undefined where one of them is not there', () => {
  assert.is(systemFunctions({ no_such_function_anywhere: none }), undefined)
})

test.run()
