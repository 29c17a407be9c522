// A host that starts on a data directory in which anything stands in the place of anything: it starts, or says which file
// keeps it from that.
import { cpSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { asItIs, TestHost } from '../../../test/e2e/harness.ts'
import { processesOf } from '../../../test/processes.ts'
import { until } from '../../../test/until.ts'
import { damage, harm } from '../damage.ts'
import { oddText } from '../garbage.ts'
import { startAndAsk } from '../started.ts'
import { holdsFor, type Target } from '../target.ts'
import { cheaply } from './shell-door.ts'

const inputs = fc.record({
  damages: fc.array(damage, { minLength: 1, maxLength: 4 }),
  hasTls: fc.boolean(),
  hasShell: fc.boolean(),
  token: fc.oneof(fc.constantFrom('', 'undefined', 'null', 'default', 'a'.repeat(64)), oddText),
})

export const startedFiles: Target = {
  id: 'files',
  promise: 'a host starts on whatever is in its files, or says which of them keeps it from that',
  open: async () => {
    const host = new TestHost(asItIs)
    const template = join(host.dir, 'template')
    await makeTemplate(host, template)
    return {
      property: holdsFor(inputs, async input => {
        rmSync(host.data, { recursive: true, force: true })
        cpSync(template, host.data, { recursive: true })
        for (const damage of input.damages) harm(damage, { data: host.data, beside: host.dir })
        await startAndAsk(host, input)
      }),
      close: async () => {
        rmSync(host.data, { recursive: true, force: true })
        cpSync(template, host.data, { recursive: true })
        try {
          // The one that nobody has harmed starts as ever.
          await host.up()
          await host.ask('pod.list', {})
        } finally {
          await host.dispose()
        }
      },
    }
  },
}

/** A data directory with something of everything in it, and nobody alive. */
async function makeTemplate(host: TestHost, template: string): Promise<void> {
  await host.up('--tls')
  const client = await host.client()
  await client.call('host.token.add', { name: 'ci', role: 'read', path: '', expiresInMs: 1e9 })
  await client.call('pod.push', { name: 'kept', code: 'export default async () => {}' })
  await client.call('pod.push', { name: 'job', code: 'echo said', kind: 'script' })
  await client.call('pod.start', { name: 'job', wait: false })
  await until(async () => (await client.call('pod.status', { name: 'job' })).runs.length === 0, 'the script has ended')
  await client.call('pod.start', { name: 'kept' })
  await client.call('pod.stop', { name: 'kept' })
  client.close()
  await host.ask('host.stop', { pods: true })
  await until(() => processesOf(host.data).length === 0, 'all are gone')
  for (const name of readdirSync(host.data)) if (name.endsWith('.sock')) rmSync(join(host.data, name))
  rmSync(join(host.data, 'c'), { recursive: true, force: true })
  writeFileSync(join(host.data, 'logs/kept/1.stdout.raw'), 'what was not folded\n', { mode: 0o600 })
  writeFileSync(join(host.data, 'shell-password'), cheaply('correct horse battery'), { mode: 0o600 })
  cpSync(host.data, template, { recursive: true })
}
