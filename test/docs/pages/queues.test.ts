import { suite } from 'uvu'
import { onHost, read, runPage, writePods } from '../pages.ts'

const test = suite('QUEUES.md')

test('every example of docs/QUEUES.md does what the page says', async () => {
  await onHost(async ({ host, cwd }) => {
    const page = read('docs/QUEUES.md')
    writePods(page, cwd)
    await runPage(page, { host, cwd })
  })
})

test.run()
