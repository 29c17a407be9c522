import { suite } from 'uvu'
import { onHost, read, runPage, writePods } from '../pages.ts'

const test = suite('LIMITS.md')

test('every example of docs/LIMITS.md does what the page says', async () => {
  await onHost(async ({ host, cwd }) => {
    const page = read('docs/LIMITS.md')
    writePods(page, cwd)
    await runPage(page, { host, cwd })
  })
})

test.run()
