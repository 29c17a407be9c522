import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Output } from '../../../cli/say/output.ts'
import { spin } from '../../../cli/say/spinner.ts'
import { errorOf } from '../../fails.ts'

/** Waits for work that ends once a person has been shown something, or at once. @returns what was shown */
async function shown({ isSlow, isTTY = true, json = false }: { isSlow: boolean; isTTY?: boolean; json?: boolean }) {
  const { write, isTTY: before } = process.stderr
  let text = ''
  const isShown = Promise.withResolvers<void>()
  process.stderr.isTTY = isTTY
  process.stderr.write = (chunk: unknown) => {
    text += chunk
    if (text.includes('Starting')) isShown.resolve()
    return true
  }
  try {
    const work = isSlow ? isShown.promise.then(() => 'done') : Promise.resolve('done')
    assert.is(await spin('Starting web', new Output({ json }), work), 'done')
  } finally {
    process.stderr.write = write
    process.stderr.isTTY = before
  }
  return text
}

test('spin() shows a person that slow work goes on, and clears the line at its end', async () => {
  const text = await shown({ isSlow: true })
  assert.ok(text.startsWith('\r⠋ Starting web'))
  assert.ok(text.endsWith('\r\u001b[K'))
})

test('spin() shows nothing of work that is done soon', async () => {
  for (const how of [{}, { isTTY: false }, { json: true }]) assert.is(await shown({ isSlow: false, ...how }), '')
})

test('spin() asks anew for a text that changes', async () => {
  const { write, isTTY } = process.stderr
  const texts: string[] = []
  const isEnough = Promise.withResolvers<void>()
  process.stderr.isTTY = true
  process.stderr.write = (chunk: unknown) => {
    texts.push(String(chunk))
    if (texts.length === 2) isEnough.resolve()
    return true
  }
  try {
    let at = 0
    await spin(() => `${++at} MB`, new Output({ json: false }), isEnough.promise)
  } finally {
    process.stderr.write = write
    process.stderr.isTTY = isTTY
  }
  assert.match(texts[0] ?? '', '1 MB')
  assert.match(texts[1] ?? '', '2 MB')
})

test('spin() fails as the work fails', async () => {
  const work = Promise.reject(new Error('no'))
  assert.is((await errorOf(() => spin('Starting web', new Output({ json: false }), work))).message, 'no')
})

test.run()
