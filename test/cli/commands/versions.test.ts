import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/versions.ts'
import { doing } from './doing.ts'

const version = (number: number, more: object = {}) => ({
  version: number,
  hash: `${number}`.repeat(64),
  size: 2048,
  pushedAt: '2026-11-20T10:00:00.000Z',
  kind: 'service',
  isWanted: false,
  runs: [],
  ...more,
})
const versions = [version(1, { isWanted: true, runs: ['web.3', 'web.4'], file: 'web.ts' }), version(2)]

test('run() lists the versions, the newest first, with the one that is wanted and its runs', async () => {
  const { code, text, value, asked } = await doing(run, { args: ['local', 'web'] }, { 'pod.versions': { versions } })
  const [head, second, first] = text.split('\n')
  assert.match(head ?? '', /^VERSION +HASH +SIZE +PUSHED +FILE +RUNS/)
  assert.match(second ?? '', /^v2 +222222222222 /)
  assert.match(first ?? '', /^v1 \* +111111111111 .* web\.ts +web\.3, web\.4/)
  assert.equal([code, value, asked], [0, { versions }, [['pod.versions', { name: 'web' }]]])
})

test.run()
