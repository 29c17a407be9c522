import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Told } from '../../../pods/otlp/told.ts'

test('Told logs once that lines are dropped, since what it logs is sent too, and once that they are taken again', () => {
  const lines: string[] = []
  let text = ''
  const say = (now: string) => {
    text = now
  }
  const told = new Told({ endpoint: 'there', say, log: line => lines.push(line) })
  told.dropped(3, 'it answers 400')
  told.dropped(1, 'it answers 400')
  assert.equal(lines, ['logs are not sent to there: it answers 400, and 3 lines are dropped'])
  assert.match(text, /4 lines dropped, logs are not sent: it answers 400/)
  told.taken('logs', 2)
  assert.is(lines[1], 'logs are sent again to there')
  assert.is(text, 'to there: 2 lines, metrics 0 times, 4 lines dropped')
})

test.run()
