// What is known of the pods that ship with p8a is what a host would read of them. Not here: any other image (read.test.ts).
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { inspectImage } from '../../../daemon/image/inspect.ts'
import { readWhenBuilt } from '../../../daemon/image/shipped.ts'
import { shippedFile } from '../../../daemon/system/programs.ts'

const pods = dirname(shippedFile())

test('readWhenBuilt() knows each pod that ships, and no code that differs by a character', async () => {
  const names = readdirSync(pods, { withFileTypes: true }).flatMap(entry => (entry.isDirectory() ? [entry.name] : []))
  assert.ok(names.includes('fleet') && names.includes('gateway'))
  for (const name of names) {
    const code = readFileSync(join(pods, name, 'pod.js'), 'utf8')
    assert.ok((await readWhenBuilt(code))?.format === 'esm', name)
    assert.is(await readWhenBuilt(`${code}\n`), undefined)
  }
})

test('readWhenBuilt() gives what inspectImage() reads', async () => {
  const code = readFileSync(join(pods, 'serve/pod.js'), 'utf8')
  assert.equal(await readWhenBuilt(code), JSON.parse(JSON.stringify(inspectImage(code, { file: 'pod.js' }))))
})

test.run()
