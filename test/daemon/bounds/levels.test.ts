// Which levels of isolation there are, on a machine that has no room to look. Not here: what each level holds (e2e/isolation.test.ts).
import { execFileSync } from 'node:child_process'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { refuseUnisolated } from '../../../daemon/bounds/levels.ts'
import { needs } from '../../needs.ts'

/** With all files open that it may have, then with some less. */
const crowded = `
  import { closeSync, openSync } from 'node:fs'
  import { levelsHere, refuseUnisolated } from ${JSON.stringify(new URL('../../../daemon/bounds/levels.ts', import.meta.url).href)}
  const wanted = { name: 'web', isolate: { by: 'sandbox' }, isNode: true }
  const open = []
  try { for (;;) open.push(openSync('/dev/null')) } catch {}
  const refused = await refuseUnisolated(wanted).then(() => 'taken', error => error.code)
  const how = async () => (await levelsHere()).find(({ level }) => level === 'sandbox').how
  const short = await how()
  open.forEach(closeSync)
  process.stdout.write([refused, short, await how()].join('\\n'))
`

needs(test, 'linux')('a sandbox that cannot be looked for now is not refused as one that is not there', () => {
  const node = [process.execPath, '--input-type=module', '--disable-warning=ExperimentalWarning', '-e', crowded]
  const output = execFileSync('/bin/sh', ['-c', 'ulimit -n 60; exec "$@"', 'sh', ...node], { encoding: 'utf8' })
  const [refused, short = '', later = ''] = output.split('\n')
  assert.is(refused, 'taken')
  assert.match(short, /^bubblewrap cannot be tried now: .*EMFILE/)
  assert.not.match(later, 'cannot be tried')
})

test('refuseUnisolated() lets no signal go to a sandbox alone, and to the first process of any other', async () => {
  const refused = async (by: 'process' | 'permission' | 'sandbox') =>
    await refuseUnisolated({ name: 'web', isolate: { by }, isNode: true, stopTo: 'main' }).then(
      () => 'taken',
      error => error.hint,
    )
  assert.equal(await Promise.all([refused('process'), refused('permission'), refused('sandbox')]), [
    'taken',
    'taken',
    'Leave stopTo out',
  ])
})

test.run()
