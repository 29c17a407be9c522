// Cron patterns, by croner; the only file that loads it, and only where a pod has a schedule.
import type { Schedule } from '../../protocol/config.ts'
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'

/** When a schedule is due next after `fromMs`, or undefined where it never is again. @throws {P8aError} `bad_config` */
export async function nextTime({ at, zone }: Schedule, fromMs: number): Promise<number | undefined> {
  const { Cron } = await import('croner')
  try {
    const cron = new Cron(at, { paused: true, ...(zone !== undefined && { timezone: zone }) })
    return cron.nextRun(new Date(fromMs))?.getTime()
  } catch (cause) {
    const said = (cause as Error).message.replace(/^(CronPattern|CronDate|Cron): /, '')
    const why = said.includes('timezone') ? `there is no time zone ${quote(zone ?? '')}` : said.replace(/\.$/, '')
    throw new P8aError('bad_config', `Cannot use the schedule ${quote(at)}: ${why}`, {
      hint: 'Five fields (minute, hour, day, month, weekday), as in "0 3 * * *", and one for seconds before them if need be; a zone such as Europe/Berlin',
      facts: { key: 'schedule' },
      cause,
    })
  }
}

/** @throws {P8aError} `bad_config` where it is no schedule, or never comes */
export async function checkSchedule(schedule: Schedule | undefined): Promise<void> {
  if (!schedule || (await nextTime(schedule, Date.now())) !== undefined) return
  throw new P8aError('bad_config', `Cannot use the schedule ${quote(schedule.at)}: there is no such time any more`, {
    facts: { key: 'schedule' },
  })
}
