import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { merged } from '../../../cli/commands/merged.ts'

async function* stream(...batches: string[]) {
  for (const batch of batches) yield batch.split(' ').map(time => ({ time }))
}

const times = async (...streams: ReturnType<typeof stream>[]) => {
  const all: string[] = []
  for await (const batch of merged(streams)) all.push(...batch.map(({ time }) => time))
  return all.join(' ')
}

test('merged() brings lines of several pods into the order of their times, however they come', async () => {
  assert.is(await times(stream('1 4', '5 9'), stream('2', '3 6 7')), '1 2 3 4 5 6 7 9')
  assert.is(await times(stream('5'), stream('1', '2', '3', '8')), '1 2 3 5 8')
  assert.is(await times(stream('1', '1 1'), stream('1')), '1 1 1 1')
})

test('merged() has all of one stream, and nothing of none', async () => {
  assert.is(await times(stream('1', '2')), '1 2')
  assert.is(await times(), '')
})

test.run()
