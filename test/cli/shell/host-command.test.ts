// `pod WORD REMOTE`, run as a process against a fake host. What a real pod makes of it: docs/HOSTS.md, which a test runs.
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import type { Printed } from '../../e2e/pod-command.ts'
import { scratch } from '../../scratch.ts'
import { type Behaviour, fakeHost } from '../client/fake-host.ts'
import { pod } from '../pod-command.ts'

const test = suite('host command')

const behave: Behaviour = ({ method, params }, { answer, value, refuse }) => {
  if (method === 'pod.commands') answer({ commands: ['count'] })
  else if (method === 'pod.command') {
    value({ send: 'counting\n' })
    answer({ value: (params.argv as string[]).join(' ') })
  } else refuse('unsupported', method)
}

/** Runs `pod` beside remotes for that host: `top`, its root, and `inner`, a host within. @returns also what the host was asked */
async function run(...args: string[]): Promise<Printed & { asked: string[] }> {
  using at = scratch()
  const socket = join(at.dir, 'there.sock')
  await using host = await fakeHost(socket, behave)
  await mkdir(join(at.dir, 'p8a'))
  const address = `unix:${socket}`
  const remotes = { top: { address }, inner: { address, path: 'inner' } }
  await writeFile(join(at.dir, 'p8a/config.json'), JSON.stringify({ remotes }))
  const ended = await pod(at.dir, ...args)
  return { ...ended, asked: host.requests.map(({ method }) => method).filter(method => !method.startsWith('$')) }
}

test('a word that is no command is one of the host at the remote, with everything behind it', async () => {
  const { code, stdout, stderr } = await run('count', 'inner', '--all', 'x')
  assert.equal([code, stdout, stderr], [0, 'counting\ncount --all x\n', ''])
})

test('a word that the host does not know either is a wrong command', async () => {
  const { code, stderr, asked } = await run('cuont', 'inner')
  assert.equal([code, asked], [2, ['pod.commands']])
  assert.match(stderr, 'Unknown command "pod cuont"')
})

test('a remote that is left out is this machine, and what it cannot say is a wrong command', async () => {
  for (const args of [['count', 'unknown'], ['count']]) {
    const { code, stderr } = await run(...args)
    assert.equal(code, 2, args.join(' '))
    assert.match(stderr, 'Unknown command "pod count"')
  }
})

test('the root has commands too', async () => {
  const { code, stdout } = await run('count', 'top', 'x')
  assert.equal([code, stdout], [0, 'counting\ncount x\n'])
})

test.run()
