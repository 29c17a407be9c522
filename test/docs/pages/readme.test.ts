import { suite } from 'uvu'
import { TestHost, withSpares } from '../../e2e/harness.ts'
import { freePort } from '../../free-port.ts'
import { root } from '../../paths.ts'
import { read, runPage } from '../pages.ts'

const test = suite('README.md')

test('every line of the tour in README.md works as typed; only the ports are others', async () => {
  const host = new TestHost(withSpares)
  try {
    const [port, webPort] = [String(await freePort()), String(await freePort())]
    const replace: [string, string][] = [
      ['pod host start --detach', `pod host start --detach --port ${port}`],
      ['localhost:3000', `localhost:${port}`],
      ['8080', webPort],
    ]
    await runPage(read('README.md'), { host, cwd: root, replace })
  } finally {
    await host.dispose()
  }
})

test.run()
