import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { variablesOf } from '../../../daemon/keeper/variables.ts'

const test = suite('variables of a script')
const who = { run: 'job.1', name: 'job', storage: '/storage' }

test('variablesOf() has params by name in capitals, and all of them as JSON', () => {
  const params = { level: '3', 'dry-run': 'true', '2nd': 'x' }
  assert.equal(variablesOf(params, who), {
    LEVEL: '3',
    DRY_RUN: 'true',
    _2ND: 'x',
    P8A_PARAMS: JSON.stringify(params),
    P8A_RUN: 'job.1',
    P8A_NAME: 'job',
    P8A_STORAGE: '/storage',
  })
})

test('variablesOf() lets no param replace what the system goes by', () => {
  const params = { path: '/evil', home: '/x', 'ld-preload': 'y', 'node-options': 'z', 'p8a-run': 'w' }
  assert.equal(Object.keys(variablesOf(params, who)).sort(), ['P8A_NAME', 'P8A_PARAMS', 'P8A_RUN', 'P8A_STORAGE'])
})

test.run()
