import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { sectionsOf } from '../../../cli/import/sections.ts'

test('sectionsOf() takes a file that is further in as a whole, as one has who copied it out of a text', () => {
  const text = `
    [program:queue]
    command = php artisan queue:work
        --queue=a
    # between
    user=www

    [program:web] ; the server
    \tcommand=x
`
  assert.equal(sectionsOf(text), [
    ['program:queue', { command: 'php artisan queue:work --queue=a', user: 'www' }],
    ['program:web', { command: 'x' }],
  ])
})

test('sectionsOf() knows comments behind values, between the lines of a value, and at its beginning', () => {
  const text = `\uFEFF; first
[a]
key=nginx -g "daemon off;" # one
other: x#y ; two
environment=
  A="1",
  # three
;  X="no",

  B="2" ; four
empty=
last=1`
  assert.equal(sectionsOf(text), [
    ['a', { key: 'nginx -g "daemon off;"', other: 'x#y', environment: 'A="1", B="2"', empty: '', last: '1' }],
  ])
})

test.run()
