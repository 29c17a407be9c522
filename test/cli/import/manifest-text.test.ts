import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { manifestText } from '../../../cli/import/manifest-text.ts'
import { readManifest } from '../../../cli/project/manifest.ts'
import { scratch } from '../../scratch.ts'

test('manifestText() is a manifest that can be read, and says where it comes from', async () => {
  using at = scratch()
  const pods = new Map([
    ['web', { push: '.', link: true as const, command: "sh -c 'a: b #c'", env: { PORT: '3000', YES: 'yes' } }],
  ])
  const text = manifestText(pods, { source: 'Procfile' })
  assert.match(text, /^# Made of Procfile by "pod import"\.\n# link:/)
  const { pods: read } = await readManifest(text, { file: at.file('pods.yaml', text), shown: 'pods.yaml' })
  assert.is(read[0]?.push.command, "sh -c 'a: b #c'")
  assert.equal(read[0]?.config.env, { PORT: '3000', YES: 'yes' })
})

test.run()
