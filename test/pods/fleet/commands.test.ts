// What `pod fleet …` refuses before a fleet is touched. Not here: fleets (e2e/fleet.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { commandsOf } from '../../../pods/fleet/commands.ts'
import type { Membership } from '../../../pods/fleet/membership/membership.ts'
import { errorOf } from '../../fails.ts'

const ours = new Proxy({} as Membership, { get: () => assert.unreachable() })

type Command = (argv: string[], send: () => Promise<void>) => Promise<unknown>

const refused = async (...words: string[]) => {
  const fleet = commandsOf(() => ours).fleet as unknown as Command
  return (await errorOf(async () => await fleet(['fleet', ...words], async () => {}))).message
}

test('pod fleet init takes no password in an address, where every user of the machine sees it, and does not repeat it', async () => {
  for (const url of ['nats://ann:pw@10.0.0.5:4222', 'tls://10.0.0.6:4222,tls://token@10.0.0.5:4222']) {
    const message = await refused('init', '--nats', url)
    assert.match(message, '10.0.0.5:4222 has a user or a password in it: give --user and --password-file')
    assert.not.match(message, /pw|token@/)
  }
  assert.match(await refused('init', '--nats', 'http://10.0.0.5'), 'is no address such as')
})

test('pod fleet refuses a command that there is not, and without one says which there are', async () => {
  const fleet = commandsOf(() => ours).fleet as unknown as Command
  for (const words of [[], ['help'], ['--help']])
    assert.match((await fleet(['fleet', ...words], async () => {})) as string, /^pod fleet init/)
  const error = await errorOf(async () => await fleet(['fleet', 'stauts'], async () => {}))
  assert.equal([error.code, error.message], ['usage', 'There is no command "pod fleet stauts"'])
  assert.match((error as { hint?: string }).hint ?? '', /add-server, .*status/)
})

test.run()
