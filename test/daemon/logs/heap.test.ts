// A heap is a sorted list, by property.
import fc from 'fast-check'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Heap } from '../../../daemon/logs/heap.ts'

test('pop() gives the first of what is in, whatever was put in and taken out before', () => {
  const step = fc.oneof(fc.integer({ min: -50, max: 50 }), fc.constant('pop' as const))
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), steps => {
      const heap = new Heap<number>((a, b) => a < b)
      let sorted: number[] = []
      for (const step of steps) {
        if (step === 'pop') assert.is(heap.pop(), sorted.shift())
        else {
          heap.push(step)
          sorted = [...sorted, step].sort((a, b) => a - b)
        }
        assert.is(heap.peek(), sorted[0])
      }
    }),
  )
})

test.run()
