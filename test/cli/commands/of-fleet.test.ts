import { resolve } from 'node:path'
import { Readable } from 'node:stream'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as invite } from '../../../cli/commands/host-invite.ts'
import { fleetVerb, hostVerb } from '../../../cli/commands/of-fleet.ts'
import { failsWith } from '../../fails.ts'
import { doing } from './doing.ts'

const up = { 'pod.commands': { commands: ['fleet'] }, 'pod.command': { value: 'done\n', run: 'fleet.1' } }

test('fleetVerb() and hostVerb() say how a fleet is started where none is up', async () => {
  const none = { 'pod.commands': { commands: [] }, 'pod.list': { pods: [] } }
  for (const run of [fleetVerb('status'), hostVerb('drain')]) {
    const error = await failsWith('pod_not_up', async () => await doing(run, { args: ['local'] }, none))
    assert.match(error.hint ?? '', /: pod push local fleet p8a:fleet; then: pod start local fleet$/)
  }
})

test('fleetVerb() hands on what was typed, with files where they are', async () => {
  const options = { name: 'a', tag: ['x', 'y'], 'ca-file': 'ca.pem' }
  const begun = await doing(fleetVerb('init'), { args: ['local'], options }, up)
  const words = ['--name', 'a', '--tag', 'x', '--tag', 'y', '--ca-file', resolve('ca.pem')]
  assert.equal(begun.asked.at(-1)?.[1].argv, ['fleet', 'init', ...words])
  assert.is(begun.text, 'done')
  const joined = await doing(fleetVerb('join'), { args: ['local', 'p8a-fleet:x'], json: true }, up)
  assert.equal(joined.asked.at(-1)?.[1].argv, ['fleet', 'join', 'p8a-fleet:x'])
  const shown = await doing(fleetVerb('status'), { args: ['local'], json: true }, up)
  assert.equal(shown.asked.at(-1)?.[1].argv, ['fleet', 'status', '--json'])
})

test('fleetVerb() reads an invite that is given as - from stdin, where no other user sees it', async () => {
  const { stdin } = process
  const become = (value: unknown) => Object.defineProperty(process, 'stdin', { value, configurable: true })
  become(Readable.from(['p8a-fleet:x\n']))
  try {
    const { asked } = await doing(fleetVerb('join'), { args: ['local', '-'] }, up)
    assert.equal(asked.at(-1)?.[1].argv, ['fleet', 'join', 'p8a-fleet:x'])
  } finally {
    become(stdin)
  }
})

test('hostVerb() is about the fleet of this machine', async () => {
  const { asked } = await doing(hostVerb('drain'), { args: ['b'] }, up)
  assert.equal(asked.at(-1)?.[1].argv, ['fleet', 'drain', 'b'])
})

test('pod host invite --fleet asks the fleet, and takes nothing that is of tokens', async () => {
  const { asked, told } = await doing(invite, { options: { fleet: true } }, up)
  assert.equal(asked.at(-1)?.[1].argv, ['fleet', 'invite'])
  assert.match(told, /pod fleet join STRING/)
  for (const given of [
    { options: { fleet: true, role: 'read' } as const },
    { args: ['ann'], options: { fleet: true } as const },
  ])
    await failsWith('usage', async () => await doing(invite, given, up))
})

test.run()
