import { suite } from 'uvu'
import { onHost, read, runPage } from '../pages.ts'

const test = suite('SCRIPTS.md')

test('every example of docs/SCRIPTS.md does what the page says', async () => {
  await onHost(async ({ host, cwd }) => {
    await runPage(read('docs/SCRIPTS.md'), { host, cwd, replace: [['localhost:PORT', `localhost:${host.port}`]] })
  })
})

test.run()
