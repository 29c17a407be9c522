import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { run } from '../../../cli/commands/versions.ts'
import { failsWith } from '../../fails.ts'
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
  assert.match(head ?? '', /^VERSION +HASH +SIZE +PUSHED +BY +FILE +RUNS +MESSAGE/)
  assert.match(second ?? '', /^v2 +222222222222 /)
  assert.match(first ?? '', /^v1 \* +111111111111 .* web\.ts +web\.3, web\.4/)
  assert.equal([code, value, asked], [0, { versions }, [['pod.versions', { name: 'web' }]]])
})

test('run() asks for what changed between two versions, or for what was begun', async () => {
  const diff = { from: 1, to: 2, files: [], config: [], exports: { added: [], removed: [] }, patch: '', isCut: false }
  const args = ['local', 'web', 'v1', '2']
  const shown = await doing(run, { args, options: { diff: true } }, { 'pod.versions': { versions, diff } })
  assert.equal(shown.asked[0]?.[1], { name: 'web', diff: { from: 1, to: 2 } })
  assert.match(shown.text, /are the same/)
  const begun = await doing(
    run,
    { args: ['local', 'web'], options: { deploys: true } },
    { 'pod.versions': { versions, deploys: [] } },
  )
  assert.equal(begun.asked[0]?.[1], { name: 'web', deploys: true })
  await failsWith('usage', () => doing(run, { args }, {}))
})

test.run()
