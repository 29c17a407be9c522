// What each package manager writes where it leaves out the scripts of packages, as npm 11.19 and 12.2, pnpm 10.34 and 11.28, Yarn 4.18
// and Bun 1.4 wrote it.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { BlockedScripts } from '../../../daemon/build/blocked-scripts.ts'

function noteOf(manager: string, text: string): string | undefined {
  const blocked = new BlockedScripts(manager)
  for (const line of text.split('\n')) blocked.hear(line)
  return blocked.note()
}

const npmNames = `npm warn install-scripts   core-js@3.38.0 (postinstall: node -e "try{require('./postinstall')}catch(e){}")
npm warn install-scripts   @scope/addon@1.0.0 (install: node-gyp rebuild)
npm warn install-scripts
npm warn install-scripts Run \`npm install-scripts ls\` to review, or \`npm install-scripts approve <pkg>\` to allow.`

test('note() names the packages whose scripts npm 12 has not run, and how they are allowed', () => {
  const first =
    'npm warn install-scripts 2 packages had install scripts blocked because they are not covered by allowScripts:'
  const note = noteOf('npm', `added 2 packages in 10s\n${first}\n${npmNames}`) ?? ''
  assert.match(note, /^npm has not run the install scripts of core-js, @scope\/addon\. /)
  assert.match(note, '`npm install-scripts approve core-js @scope/addon`')
})

test('note() says nothing of npm 11, which runs such scripts and warns all the same', () => {
  const first = 'npm warn install-scripts 2 packages have install scripts not yet covered by allowScripts:'
  assert.is(noteOf('npm', `${first}\n${npmNames}`), undefined)
})

test('note() hears pnpm in its box, and in its error', () => {
  const box =
    '╭ Warning ───╮\n│   Ignored build scripts: core-js@3.38.0, @scope/addon@1.0.0.      │\n│   Run "pnpm approve-builds" to pick │'
  for (const text of [box, '[ERR_PNPM_IGNORED_BUILDS] Ignored build scripts: core-js@3.38.0, @scope/addon@1.0.0'])
    assert.match(noteOf('pnpm', text) ?? '', /scripts of core-js, @scope\/addon\. .*`pnpm approve-builds`/)
})

test('note() hears Yarn and Bun, which does not say of which packages', () => {
  const yarn = '➤ YN0004: │ core-js@npm:3.38.0 lists build scripts, but all build scripts have been disabled.'
  assert.match(noteOf('yarn', yarn) ?? '', '"dependenciesMeta": {"core-js":{"built":true}}')
  const bun = 'Blocked 1 postinstall. Run `bun pm untrusted` for details.'
  assert.match(noteOf('bun', bun) ?? '', /scripts of some packages\. .*`bun pm trust NAME`/)
})

test('note() is undefined where every script was run, and of a manager that is not known', () => {
  assert.is(noteOf('npm', 'added 1 package in 3s'), undefined)
  assert.is(noteOf('other', npmNames), undefined)
})

test.run()
