import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { readPattern } from '../../protocol/cron-pattern.ts'

const right = [
  '0 3 * * *',
  ' 0\t3 *  * * ',
  '*/5 * * * * *',
  '0 0 0 1 1 * 2030',
  '1-10/2,30 0,12 1,15 JAN-mar mon-FRI',
  '0 3 L * *',
  '0 3 15W * *',
  '0 3 * * 1#2,5L',
  '0 3 1-7 * +MON',
  '? ? * * *',
  '@daily',
  '@Midnight',
]

for (const at of right) {
  test(`readPattern() takes "${at}"`, () => {
    assert.not('why' in readPattern(at), JSON.stringify(readPattern(at)))
  })
}

const wrong: [at: string, why: string, hint: RegExp][] = [
  ['60 * * * *', 'Invalid value for minute: 60', /0 to 59/],
  ['* 24 * * *', 'Invalid value for hour: 24', /0 to 23/],
  ['* * 0 * *', 'Invalid value for day: 0', /1 to 31/],
  ['* * 1,32 * *', 'Invalid value for day: 32', /1 to 31/],
  ['* * * 13 *', 'Invalid value for month: 13', /1 to 12/],
  ['* * * 1-13 *', 'Invalid value for month: 1-13', /1 to 12/],
  ['* * * JANU *', 'Invalid value for month: JANU', /JAN to DEC/],
  ['* * * * 8', 'Invalid value for weekday: 8', /0 to 7/],
  ['* * * * FUNDAY', 'Invalid value for weekday: FUNDAY', /SUN to SAT/],
  ['* * * * 1#6', 'Invalid value for weekday: 1#6', /1#2/],
  ['* * * * FRI-MON', 'Invalid value for weekday: FRI-MON', /write FRI-7,1-MON/],
  ['* 22-2 * * *', 'Invalid value for hour: 22-2', /write 22-23,0-2/],
  ['61 * * * * *', 'Invalid value for second: 61', /0 to 59/],
  ['0 0 1 1 * 2020', 'Invalid value for weekday: 2020', /0 to 7/],
  ['*/0 * * * *', 'Invalid value for minute: */0', /A step is 1 to 60/],
  ['5/15 * * * *', 'Invalid value for minute: 5/15', /5-59\/15/],
  ['1,2, * * * *', 'Invalid value for minute: "1,2,"', /0 to 59/],
  ['1.5 * * * *', 'Invalid value for minute: 1.5', /0 to 59/],
  ['* * * *', 'it has 4 fields', /five fields/],
  ['0 3 * * * root /bin/x', 'Invalid value for weekday: root', /0 to 7/],
  [' ', 'it is empty', /five fields/],
  ['@reboot', '@reboot is not a time', /again after a reboot/],
  ['@every 5m', 'there is no "@every 5m"', /@hourly/],
  ['CRON_TZ=UTC 0 3 * * *', 'a zone is not a part of a pattern', /--zone/],
]

for (const [at, why, hint] of wrong) {
  test(`readPattern() refuses "${at}", with the value that was typed and what would do`, () => {
    const found = readPattern(at)
    assert.ok('why' in found)
    assert.is(found.why, why)
    assert.match(found.hint, hint)
  })
}

test.run()
