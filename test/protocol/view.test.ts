// What the HTTP view takes in its queries and bodies. Not here: what it answers (e2e/view.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import * as v from 'valibot'
import { operations } from '../../protocol/view.ts'

const query = (operation: keyof typeof operations, given: unknown) => v.safeParse(operations[operation].query, given)

test('listProcesses takes a page by whole numbers within limits, and has defaults', () => {
  assert.equal(query('listProcesses', {}).output, { limit: 100, offset: 0 })
  assert.equal(query('listProcesses', { limit: '1000', offset: '7' }).output, { limit: 1000, offset: 7 })
  for (const limit of ['0', '1001', '-1', '1.5', '1e2', '', ' 1', '9'.repeat(16)])
    assert.not.ok(query('listProcesses', { limit }).success, limit)
})

test('getOutput follows unless it is told not to', () => {
  assert.equal(query('getOutput', {}).output, { offset: 0, follow: 'true' })
  assert.not.ok(query('getOutput', { follow: 'yes' }).success)
})

test('no operation takes a field that it does not have', () => {
  for (const id of Object.keys(operations) as (keyof typeof operations)[])
    assert.not.ok(query(id, { nonsense: '1' }).success, id)
})

test('startProcess wants the command, and takes params as texts alone', () => {
  const body = (given: unknown) => v.safeParse(operations.startProcess.body, given)
  assert.equal(body({ command_id: 'x' }).output, { command_id: 'x', args: [], params: {} })
  assert.not.ok(body({}).success)
  assert.not.ok(body({ command_id: 'x', params: { n: 5 } }).success)
  assert.not.ok(body({ command_id: 'x', timeout: 'soon' }).success)
})

test('each operation has a path of its own with its method', () => {
  const ways = Object.values(operations).map(({ method, path }) => `${method} ${path}`)
  assert.is(new Set(ways).size, ways.length)
})

test.run()
