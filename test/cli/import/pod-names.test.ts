import { test } from 'uvu'
import * as assert from 'uvu/assert'
import type { Note } from '../../../cli/import/imported.ts'
import { podName } from '../../../cli/import/pod-names.ts'

test('podName() keeps a name that a pod may have, and notes what it changes', () => {
  const notes: Note[] = []
  const make = (name: string, ...taken: string[]) => podName(name, { taken: new Set(taken), notes })
  assert.is(make('web'), 'web')
  assert.equal(notes, [])
  assert.is(make('My API!'), 'my-api')
  assert.is(make('web', 'web', 'web-2'), 'web-3')
  assert.is(make('123'), 'app')
  assert.is(notes.length, 3)
})

test.run()
