import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run as list } from '../../../cli/commands/group-list.ts'
import { podStatus } from '../../pod-status.ts'
import { doing } from './doing.ts'

test('group list shows each group with its pods, their shares, and whether they are up', async () => {
  const two = [
    { name: 'web', weight: 1, sticky: 'cookie' },
    { name: 'all', weight: 1 },
  ]
  const route = [{ at: 'a.test' }]
  const pods = [
    podStatus('mute', { status: 'up', groups: [{ name: 'web', weight: 0, route }] }),
    podStatus('one', { status: 'up', config: { listen: { main: '80' } }, groups: [{ name: 'web', weight: 3, route }] }),
    podStatus('two', { status: 'idle', groups: two }),
    podStatus('other', { status: 'up' }),
  ]
  const { text } = await doing(list, { args: ['local'] }, { 'pod.list': { pods } })
  assert.match(
    text,
    /^GROUP .*\nall +two +1 +100 % +idle +- +-\nweb +mute +0 +0 % +up, no port +- +a\.test\nweb +one +3 +75 % +up +- +a\.test\nweb +two +1 +25 % +idle +cookie +-$/,
  )
  assert.is((await doing(list, { args: ['local'] }, { 'pod.list': { pods: [] } })).text, 'There are no groups')
})

test.run()
