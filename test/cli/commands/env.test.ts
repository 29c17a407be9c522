import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/env.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

const answer = {
  name: 'web',
  env: [
    { name: 'A', from: 'env' },
    { name: 'B', from: 'image' },
  ],
}

test('run() shows the names of variables, and their values only if they are asked for', async () => {
  const { text, asked } = await doing(run, { args: ['local', 'web'] }, { 'pod.env': answer })
  assert.match(text, /NAME +VALUE +FROM\nA +••• +pod env\nB +••• +its own config/)
  assert.equal(asked, [['pod.env', { name: 'web', set: {}, unset: [], values: false, wait: true }]])
  const shown = { name: 'web', env: [{ name: 'A', value: 'x', from: 'start' }] }
  const open = await doing(run, { args: ['local', 'web'], options: { values: true } }, { 'pod.env': shown })
  assert.match(open.text, /A +x +its start/)
  const none = await doing(run, { args: ['local', 'web'] }, { 'pod.env': { name: 'web', env: [] } })
  assert.is(none.text, 'web has no variables of its own')
})

test('run() sets, unsets, and takes a variable of this shell', async () => {
  process.env.P8A_TEST_OWN = 'mine'
  const args = ['local', 'web', 'A=b=c', 'OLD-', 'P8A_TEST_OWN', 'EMPTY=']
  const { asked } = await doing(run, { args }, { 'pod.env': answer })
  delete process.env.P8A_TEST_OWN
  const { set, unset } = asked[0]?.[1] ?? {}
  assert.equal(set, { A: 'b=c', P8A_TEST_OWN: 'mine', EMPTY: '' })
  assert.equal(unset, ['OLD'])
  const odd = await doing(run, { args: ['local', 'web', '__proto__=1', 'constructor=2'] }, { 'pod.env': answer })
  const { set: oddSet } = odd.asked[0]?.[1] ?? {}
  assert.equal(Object.entries(oddSet ?? {}), [
    ['__proto__', '1'],
    ['constructor', '2'],
  ])
  await failsWith('usage', async () => await doing(run, { args: ['local', 'web', 'P8A_TEST_NONE'] }))
})

test.run()
