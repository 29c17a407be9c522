import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { startedBy } from '../../../scripts/mirror/started.ts'

const test = suite('started')

test('startedBy() names the files of ours that a text means, and no others', () => {
  const text = `
    const program = fileURLToPath(new URL('../../cli/main.ts', import.meta.url))
    const other = new URL(
      './part.ts', import.meta.url,
    )
    const page = new URL('https://example.org/a.ts', import.meta.url)
    const data = new URL('./data.json', import.meta.url)`
  assert.equal(startedBy(text), [
    { name: '../../cli/main.ts', isType: false },
    { name: './part.ts', isType: false },
  ])
})

test.run()
