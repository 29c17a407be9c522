// What kill, tail, rm, docker and systemctl are used to be typed with is done by our commands, or leads to one.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { flagsOf, match } from '../../../cli/argv/grammar.ts'
import { usualForm } from '../../../cli/argv/usual-form.ts'
import { walk } from '../../../cli/argv/walk.ts'
import { table } from '../../../cli/table.ts'
import { hintText } from '../../../protocol/hint.ts'

const words = (line: string) => line.split(' ').filter(word => word !== '')

/** What is typed in another form, and the same in ours. */
const same: readonly (readonly [string, string])[] = [
  ['kill -9 web', 'web'],
  ['kill web -9', 'web'],
  ['kill local -9 web api', 'local web api'],
  ['kill -KILL web', 'web'],
  ['kill -kill web', 'web'],
  ['kill -SIGKILL web', 'web'],
  ['kill -s KILL web', 'web'],
  ['kill -s 9 web', 'web'],
  ['kill -sKILL web', 'web'],
  ['kill -n 9 web', 'web'],
  ['kill --signal KILL web', 'web'],
  ['kill --signal=SIGKILL web --no-wait', 'web --no-wait'],
  ['kill web --signal=9', 'web'],
  ['logs -100 web', '--lines 100 web'],
  ['logs web -100 -f', 'web --lines 100 -f'],
  ['logs -20f web', '--lines 20 --follow web'],
  ['logs --tail=100 web', '--lines 100 web'],
  ['logs --tail 10 -f web', '--lines 10 -f web'],
  ['logs --tail all web', '--all web'],
  ['logs -t web', 'web'],
  ['events web -5', 'web --lines 5'],
  ['events --tail 5', '--lines 5'],
  ['runs -5 web', '--limit 5 web'],
  ['runs web -a', 'web'],
  ['remove -rf web', '--force web'],
  ['remove web -fr', 'web --force'],
  ['remove -r web', 'web'],
  ['status --no-pager web', 'web'],
  ['status -a', ''],
]

test('usualForm() writes what means the same in words of ours, which the command takes', () => {
  for (const [line, ours] of same) {
    const [command = '', ...typed] = words(line)
    assert.equal(usualForm(command, typed), { typed: words(ours) }, line)
    const { options } = walk(words(ours), { flags: flagsOf(match(table, [command]).spec), params: false })
    assert.is(options.has('help'), false)
  }
})

test('usualForm() leads to what there is in the place of a signal', () => {
  for (const [line, said] of [
    ['kill -TERM web', /^To ask it to end: pod stop REMOTE web; .*--stop-signal/],
    ['kill -15 local web', /pod stop REMOTE web/],
    ['kill -s INT web', /pod stop REMOTE web/],
    ['kill -HUP web', /pod status REMOTE web; then: kill -HUP PID$/],
    ['kill -1 web', /kill -HUP PID/],
    ['kill --signal=usr2 web', /kill -USR2 PID/],
    ['kill -s HUP', /pod status REMOTE NAME/],
    ['kill -sHUP web', /kill -HUP PID/],
    ['kill -STOP web', /kill -STOP PID/],
    ['kill -stop web', /kill -STOP PID/],
    ['kill -SEGV web', /kill -SEGV PID/],
    ['stop -9 web', /^To end it at once: pod kill REMOTE web$/],
    ['stop --signal=SIGKILL web', /pod kill REMOTE web/],
    ['restart -9 web', /pod kill REMOTE web/],
    ['reload -HUP web', /kill -HUP PID/],
  ] as const) {
    const [command = '', ...typed] = words(line)
    const form = usualForm(command, typed)
    assert.match(form && 'hint' in form ? (hintText(form.hint) ?? '') : 'no hint', said, line)
  }
})

test('usualForm() tells the signals to those who ask kill for them', () => {
  for (const line of ['kill -l', 'kill --list', 'kill -L', 'kill -l 9']) {
    const [command = '', ...typed] = words(line)
    const form = usualForm(command, typed)
    const { signals } = form && 'answer' in form ? form.answer : { signals: [] }
    assert.equal([signals[0], signals.includes('KILL'), new Set(signals).size], ['HUP', true, signals.length], line)
  }
  assert.is(usualForm('stop', ['-l']), undefined)
})

test('usualForm() knows nothing of what is in no such form', () => {
  for (const line of [
    'kill -x web',
    'kill -99 web',
    'kill -- -9',
    'kill -s',
    'logs -x web',
    'logs -- -100',
    'start -5',
    'constructor -9',
  ]) {
    const [command = '', ...typed] = words(line)
    assert.is(usualForm(command, typed), undefined, line)
  }
})

test.run()
