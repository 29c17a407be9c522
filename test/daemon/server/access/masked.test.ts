import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { maskedFor } from '../../../../daemon/server/access/masked.ts'

const pods = {
  pods: [
    {
      name: 'web',
      params: { token: 'x', port: '80' },
      config: { env: { API_KEY: 'x', TZ: 'UTC' }, scale: 2 },
      runs: [{ id: 'web.1', params: { password: 'x' }, args: ['--secret', 'x'], state: 'up' }],
    },
  ],
}

test('maskedFor() hides secrets of pods and runs from those who may only read', () => {
  assert.equal(maskedFor('read', pods), {
    pods: [
      {
        name: 'web',
        params: { token: '***', port: '80' },
        config: { env: { API_KEY: '***', TZ: 'UTC' }, scale: 2 },
        runs: [{ id: 'web.1', params: { password: '***' }, args: ['--secret', '***'], state: 'up' }],
      },
    ],
  })
})

test('maskedFor() hides them in command lines, and passwords in what the host says, not in what a program says', () => {
  const lines = [
    { source: 'host', text: 'check.http http://ann:pw@host/ answered 500' },
    { source: 'stdout', text: 'http://ann:pw@host/' },
  ]
  assert.equal(maskedFor('read', { entries: lines, check: { command: 'curl --token x' } }), {
    entries: [{ source: 'host', text: 'check.http http://ann:***@host/ answered 500' }, lines[1]],
    check: { command: 'curl --token ***' },
  })
})

test('maskedFor() shows them to all others', () => {
  for (const role of ['deploy', 'admin', undefined] as const) assert.is(maskedFor(role, pods), pods)
})

test.run()
