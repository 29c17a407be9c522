// The commands of a pod, as a shell runs them.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { CommandUser } from '../../../cli/client/client.ts'
import type { RemoteHost } from '../../../cli/remote/remote-host.ts'
import { Output } from '../../../cli/say/output.ts'
import { podCommandNames, runPodCommand } from '../../../cli/shell/pod-commands.ts'
import { type ErrorCode, P8aError } from '../../../protocol/errors.ts'
import { failsWith } from '../../fails.ts'

const hostThat = (answer: () => Promise<unknown>) => ({ call: answer }) as unknown as RemoteHost

test('podCommandNames() has none of a pod that is not up, of a host whose pod is away, and of an older host', async () => {
  const refuses = (code: ErrorCode, facts = {}) => hostThat(() => Promise.reject(new P8aError(code, 'no', { facts })))
  assert.equal(
    await podCommandNames(
      hostThat(async () => ({ commands: ['ask'] })),
      'oracle',
    ),
    ['ask'],
  )
  assert.equal(await podCommandNames(refuses('bad_params'), undefined), [])
  assert.equal(await podCommandNames(refuses('host_gone', { path: 'inner' }), undefined), [])
  await failsWith('host_gone', () => podCommandNames(refuses('host_gone'), undefined))
  for (const code of ['pod_not_up', 'pod_not_found', 'unsupported'] as const)
    assert.equal(await podCommandNames(refuses(code), 'oracle'), [])
  await failsWith('forbidden', () => podCommandNames(refuses('forbidden'), 'oracle'))
})

/** Runs a command that does `work` with whoever runs it; gives what was answered and asked. */
async function running(work: (user: CommandUser) => Promise<unknown>, signal = new AbortController().signal) {
  const asked: string[] = []
  let value: unknown
  const output = new Output({ json: true })
  output.answer = told => {
    value = told
  }
  const host = {
    command: async (_: unknown, user: CommandUser) => ({ value: await work(user) }),
  } as unknown as RemoteHost
  const input = {
    echoes: false,
    line: async () => undefined,
    answer: async (question: string) => {
      asked.push(question)
      return 'yes'
    },
  }
  await runPodCommand(['ask'], { host, name: 'oracle', input, output, signal })
  return { asked, value }
}

test('runPodCommand() answers what the command asks, and gives what it returns', async () => {
  const { asked, value } = await running(async user => await user.ask('sure? '))
  assert.equal([asked, value], [['sure? '], 'yes'])
})

test('runPodCommand() gives nothing where the command returns nothing, or was ended', async () => {
  assert.is((await running(async () => null)).value, undefined)
  assert.is((await running(async () => 'late', AbortSignal.abort())).value, undefined)
})

test.run()
