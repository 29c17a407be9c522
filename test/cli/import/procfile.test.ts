import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { importProcfile } from '../../../cli/import/procfile.ts'

test('importProcfile() makes a pod of each line, and says what is nothing here', () => {
  const made = importProcfile(
    '# ours\nweb: node server.js -p $PORT\n\nWorker: ./work --all\nrelease: npm run migrate\n',
    { hasEnv: true },
  )
  assert.equal(Object.fromEntries(made?.pods ?? []), {
    web: { push: '.', command: 'node server.js -p $PORT', envFile: '.env' },
    worker: { push: '.', command: './work --all', envFile: '.env' },
  })
  assert.equal(
    made?.notes.flatMap(note => ('lost' in note ? [note.key] : [])),
    ['PORT', 'release'],
  )
})

test('importProcfile() takes nothing that is no Procfile', () => {
  for (const text of ['', '# a', 'pods:\n  web: x', '[program:x]'])
    assert.is(importProcfile(text, { hasEnv: false }), undefined)
})

test.run()
