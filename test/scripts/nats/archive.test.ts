// Sources of apt, in both of their forms.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { archiveOf } from '../../../scripts/nats/archive.ts'

const test = suite('archive')

const stanzas = `Types: deb
# A remark.
URIs: http://mirror.example/debian
Suites: bookworm bookworm-updates
Components: main
Signed-By: /usr/share/keyrings/a.gpg

Types: deb
URIs: http://mirror.example/debian-security
Suites: bookworm-security
Components: main
`

test('archiveOf() finds the archive of the distribution in stanzas and in lines, and no other', () => {
  assert.equal(archiveOf(['deb http://other.example cloud main\n', stanzas], 'bookworm'), {
    uri: 'http://mirror.example/debian',
    signedBy: '/usr/share/keyrings/a.gpg',
  })
  const line =
    '# deb http://no.example bookworm main\ndeb [arch=amd64 signed-by=/k.gpg] http://own.example bookworm contrib main\n'
  assert.equal(archiveOf([line], 'bookworm'), { uri: 'http://own.example', signedBy: '/k.gpg' })
  assert.equal(archiveOf(['deb http://own.example bookworm main'], 'bookworm'), {
    uri: 'http://own.example',
    signedBy: undefined,
  })
  assert.is(archiveOf([stanzas], 'trixie'), undefined)
  assert.is(archiveOf(['deb-src http://own.example bookworm main'], 'bookworm'), undefined)
})

test.run()
