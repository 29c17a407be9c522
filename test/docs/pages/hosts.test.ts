import { cpSync } from 'node:fs'
import { join } from 'node:path'
import { suite } from 'uvu'
import { root } from '../../paths.ts'
import { onHost, read, runPage, writePods } from '../pages.ts'

const test = suite('HOSTS.md')

test('every example of docs/HOSTS.md does what the page says', async () => {
  await onHost(async ({ host, cwd }) => {
    const page = read('docs/HOSTS.md')
    cpSync(join(root, 'etc/examples/hello.js'), join(cwd, 'hello.js'))
    writePods(page, cwd)
    const replace: [string, string][] = [
      ['localhost:PORT', `localhost:${host.port}`],
      ['--token TOKEN', `--token ${host.token}`],
    ]
    await runPage(page, { host, cwd, replace })
    await host.push('forever', 'limits-pod')
    await host.pushFile('limits', join(cwd, 'limits.js'))
    await host.begin('limits')
  })
})

test.run()
