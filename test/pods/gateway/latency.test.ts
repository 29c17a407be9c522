import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Latency } from '../../../pods/gateway/latency.ts'

test('Latency tells quantiles within a tenth, and those of several together', () => {
  const latency = new Latency()
  assert.is(latency.quantile(0.5), undefined)
  for (let ms = 1; ms <= 1000; ms += 1) latency.add(ms)
  const isNear = (value: number | undefined, right: number) =>
    assert.ok(value !== undefined && value >= right && value <= right * 1.1, `${value} is near ${right}`)
  isNear(latency.quantile(0.5), 500)
  isNear(latency.quantile(0.99), 990)
  const both = new Latency()
  both.take(latency.counted())
  for (let count = 0; count < 3000; count += 1) both.add(0)
  assert.is(both.quantile(0.5), 0.05)
  isNear(both.quantile(0.99), 960)
  both.add(1e12)
  assert.ok((both.quantile(1) ?? 0) > 1_800_000)
})

test.run()
