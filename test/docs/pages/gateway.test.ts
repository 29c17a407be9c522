import { suite } from 'uvu'
import { freePort } from '../../free-port.ts'
import { onHost, read, runPage } from '../pages.ts'

const test = suite('GATEWAY.md')

test('every example of docs/GATEWAY.md does what the page says', async () => {
  await onHost(async ({ host, cwd }) => {
    await runPage(read('docs/GATEWAY.md'), { host, cwd, replace: [['8080', String(await freePort())]] })
  })
})

test.run()
