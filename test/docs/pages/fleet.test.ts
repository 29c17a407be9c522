import { suite } from 'uvu'
import { onHost, read, runPage, writePods } from '../pages.ts'

const test = suite('FLEET.md')

test('every example of docs/FLEET.md, up to several machines, does what the page says', async () => {
  await onHost(async ({ host, cwd }) => {
    const [page = ''] = read('docs/FLEET.md').split('## Several machines')
    writePods(page, cwd)
    const replace: [string, string][] = [
      ['localhost:PORT', `localhost:${host.port}`],
      ['--token TOKEN', `--token ${host.token}`],
    ]
    await runPage(page, { host, cwd, replace })
  })
})

test.run()
