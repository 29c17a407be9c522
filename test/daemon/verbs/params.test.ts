import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseParams } from '../../../daemon/verbs/params.ts'
import { failsWith } from '../../fails.ts'

test('parseParams() fills in what was left out', () => {
  const { path, name, wait } = parseParams('pod.stop', { name: 'web' })
  assert.equal([path, name, wait], ['', 'web', true])
})

for (const [what, method, params, code, message] of [
  ['a method without params that it needs', 'pod.stop', undefined, 'bad_params', /name is missing/],
  ['a param of another type', 'pod.stop', { name: 5 }, 'bad_params', /name must be string, not 5/],
  ['a param that there is not', 'pod.stop', { name: 'web', force: true }, 'bad_params', /no parameter "force"/],
  ['a list of params', 'pod.stop', ['web'], 'bad_params', /pod\.stop/],
  ['a config that is wrong', 'pod.start', { name: 'web', config: { retries: 0 } }, 'bad_config', /config\.retries/],
] as const) {
  test(`parseParams() refuses ${what}`, async () => {
    const error = await failsWith(code, () => parseParams(method, params))
    assert.match(error.message, message)
  })
}

test.run()
