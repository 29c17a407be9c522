// When a schedule is due. Patterns are croner's to know; this is the only file that loads it, and only where a pod has a schedule.
import type { Schedule } from '../../protocol/config.ts'
import { type Pattern, readPattern } from '../../protocol/cron-pattern.ts'
import { P8aError } from '../../protocol/errors.ts'
import { quote } from '../../protocol/names.ts'
import { localZone, type Zone, zoneNamed } from '../../protocol/zone.ts'
import { unknownZone } from '../system/environment.ts'
import { type NextWall, nextFixed, nextInterval } from './next-on-wall.ts'

/** When a schedule is due next after `fromMs`, or undefined where it never is again. @throws {P8aError} `bad_config` */
export async function nextTime(schedule: Schedule, fromMs: number): Promise<number | undefined> {
  const pattern = readPattern(schedule.at)
  if ('why' in pattern) throw unusable(schedule, pattern.why, pattern.hint)
  const zone = zoneOf(schedule)
  const next = await wallsOf(schedule, pattern)
  return pattern.isInterval ? nextInterval(next, fromMs, zone) : nextFixed(next, fromMs, zone)
}

/** @throws {P8aError} `bad_config` where it is no schedule, or never comes */
export async function checkSchedule(schedule: Schedule | undefined): Promise<void> {
  if (!schedule) return
  if ((await nextTime(schedule, Date.now())) === undefined) throw unusable(schedule, 'there is no such time any more')
  const tz = unknownZone()
  if (schedule.zone !== undefined || tz === undefined) return
  throw unusable(
    schedule,
    `TZ of the host is ${quote(tz)}, and Node knows no such time zone`,
    'Name its zone: --zone Europe/Berlin, or zone in the config',
  )
}

/** Croner reckons in UTC, which has no change of clocks: so what it finds are times on the wall. */
async function wallsOf(schedule: Schedule, { needsBothDays }: Pattern): Promise<NextWall> {
  const { Cron } = await import('croner')
  try {
    const cron = new Cron(schedule.at.trim(), { paused: true, timezone: 'UTC', domAndDow: needsBothDays })
    return wall => cron.nextRun(new Date(wall))?.getTime()
  } catch (cause) {
    const said = (cause as Error).message.replace(/^(CronPattern|CronDate|Cron): /, '').replace(/\.$/, '')
    throw unusable(schedule, said, 'See "By the clock" in docs/SCRIPTS.md', cause)
  }
}

function zoneOf(schedule: Schedule): Zone {
  if (schedule.zone === undefined) return localZone
  const zone = zoneNamed(schedule.zone)
  if (zone) return zone
  throw unusable(
    schedule,
    `there is no time zone ${quote(schedule.zone)}`,
    'A zone is a name such as Europe/Berlin, or an offset from UTC such as +05:30',
  )
}

function unusable({ at }: Schedule, why: string, hint?: string, cause?: unknown): P8aError {
  return new P8aError('bad_config', `Cannot use the schedule ${quote(at)}: ${why}`, {
    ...(hint !== undefined && { hint }),
    facts: { key: 'schedule', problem: why },
    cause,
  })
}
