// What other tests take for the `pod` command is it: the same output and exit code as those of a process of its own.
import { writeFileSync } from 'node:fs'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { TestHost } from './harness.ts'

const test = suite('pod command')
const host = new TestHost()

test.after(() => host.dispose())

for (const args of [['help'], ['nonsense', '--json'], ['list', '--token', '-']]) {
  test(`pod ${args.join(' ')}: the same with and without a process of its own`, async () => {
    const [first, alone] = [await host.pod(...args), await host.alone(...args)]
    // Once more by the same process, as the first time.
    assert.equal([first, await host.pod(...args)], [alone, alone])
  })
}

test('several at once do not get into each other, and each begins in the directory of the host', async () => {
  writeFileSync(`${host.dir}/pods.yaml`, 'pods: {}\n')
  const commands = [['diff'], ['list'], ['--version']]
  const alone = await Promise.all(commands.map(args => host.alone(...args)))
  assert.equal(await Promise.all(commands.map(args => host.pod(...args))), alone)
})

test.run()
