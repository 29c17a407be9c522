// What `p8a:NAME` stands for. Not here: the pods themselves (test/pods).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isBuilt, pushedFile } from '../../../cli/commands/built-in.ts'
import { failsWith } from '../../fails.ts'

test('pushedFile() is the main file of a built-in pod, and any other file as it is', async () => {
  assert.match(await pushedFile('p8a:hello'), /\/pods\/hello\/pod\.ts$/)
  for (const file of ['web.ts', './p8a:hello', 'p8a']) assert.is(await pushedFile(file), file)
})

test('pushedFile() names those there are', async () => {
  for (const name of ['helo', '', '../hello', 'hello/pod.ts']) {
    const error = await failsWith('file_not_found', () => pushedFile(`p8a:${name}`))
    assert.match(error.hint ?? '', 'p8a:hello')
  }
})

test('isBuilt() is false for sources, which are bundled at each push', async () => {
  for (const file of [await pushedFile('p8a:hello'), 'pod.js']) assert.is(isBuilt(file), false)
})

test.run()
