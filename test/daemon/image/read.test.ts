// A large image is read by another process, and nobody can tell. What can be read at all: inspect.test.ts.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { inspectImage } from '../../../daemon/image/inspect.ts'
import { readPushed } from '../../../daemon/image/read.ts'
import { P8aError } from '../../../protocol/errors.ts'

const large = `// ${'€'.repeat(100_000)}\n`
const source = { file: 'app.js' }

test('readPushed() reads a large image as inspectImage() would', async () => {
  const code = `${large}export const config = { scale: 2 }\nexport const read = () => 1\nexport default async () => {}\n`
  const read = await readPushed(code, source)
  assert.equal(read, inspectImage(code, source))
  assert.equal(read.config.scale, 2)
})

for (const bad of [
  'export default async ( => {}',
  'export const a = 1',
  'export const config = { scale: f() }; export default () => {}',
]) {
  test(`readPushed() refuses a large image as inspectImage() would: ${bad}`, async () => {
    const code = large + bad
    const error = await readPushed(code, source).catch(error => error)
    const expected = refusal(() => inspectImage(code, source))
    assert.instance(error, P8aError)
    for (const key of ['code', 'message', 'hint', 'facts'] as const) assert.equal(error[key], expected[key])
  })
}

function refusal(work: () => unknown): P8aError {
  try {
    work()
  } catch (error) {
    return error as P8aError
  }
  throw new Error('it was not refused')
}

test.run()
