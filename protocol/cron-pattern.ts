// The fields of a cron pattern, checked so that what is wrong is named as it was typed. What a pattern matches is croner's to
// know. Pure.
import { quote } from './names.ts'

/** What croner is to make of a pattern, beside its fields. */
export type Pattern = {
  /** Day and weekday must both be right, where one of them begins with a star, as in `0 0 1-31/2 * 1`; else either will do. */
  needsBothDays: boolean
  /** It has a star for minute or hour: it goes by the time that passes, however the clocks are set. */
  isInterval: boolean
}

/** Why a pattern cannot be used, and what would do. */
export type WrongPattern = { why: string; hint: string }

type Field = { name: string; least: number; most: number; names?: readonly string[]; special?: RegExp; about: string }

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')
const weekdays = 'sun mon tue wed thu fri sat'.split(' ')

const second: Field = { name: 'second', least: 0, most: 59, about: 'A second is 0 to 59' }
const fiveFields: readonly Field[] = [
  { name: 'minute', least: 0, most: 59, about: 'A minute is 0 to 59' },
  { name: 'hour', least: 0, most: 23, about: 'An hour is 0 to 23' },
  {
    name: 'day',
    least: 1,
    most: 31,
    special: /^(?:l|lw|(?:[1-9]|[12]\d|3[01])w)$/,
    about: 'A day is 1 to 31, or L for the last',
  },
  { name: 'month', least: 1, most: 12, names: months, about: 'A month is 1 to 12, or JAN to DEC' },
  {
    name: 'weekday',
    least: 0,
    most: 7,
    names: weekdays,
    special: /^(?:[0-7]|sun|mon|tue|wed|thu|fri|sat)(?:l|#[1-5]|#l)$/,
    about: 'A weekday is 0 to 7 (0 and 7 are Sunday), or SUN to SAT; 1#2 is the second Monday',
  },
]
const year: Field = { name: 'year', least: 1, most: 9999, about: 'A year has four digits' }

const nicknames = ['@yearly', '@annually', '@monthly', '@weekly', '@daily', '@midnight', '@hourly']

const fieldsHint =
  'Write five fields (minute, hour, day, month, weekday), such as "0 3 * * *", or six with the second first'

/** Reads the fields of `at`, or says what is wrong with the first that is. */
export function readPattern(at: string): Pattern | WrongPattern {
  const text = at.trim().toLowerCase()
  if (text.startsWith('@')) return readNickname(text, at.trim())
  if (/^(?:cron_)?tz=/.test(text))
    return { why: 'a zone is not a part of a pattern', hint: 'Give the zone by itself: --zone Europe/Berlin' }
  const words = at.trim().split(/\s+/)
  const fields = fieldsFor(words.length)
  if (!fields) return { why: text === '' ? 'it is empty' : `it has ${words.length} fields`, hint: fieldsHint }
  for (const [index, field] of fields.entries()) {
    const wrong = wrongIn(words[index] ?? '', field)
    if (wrong) return wrong
  }
  const [minute = '', hour = '', day = '', , weekday = ''] = words.slice(fields.indexOf(fiveFields[0] ?? second))
  return { needsBothDays: isStar(day) || isStar(weekday), isInterval: isStar(minute) || isStar(hour) }
}

function fieldsFor(count: number): readonly Field[] | undefined {
  if (count === 5) return fiveFields
  if (count === 6) return [second, ...fiveFields]
  return count === 7 ? [second, ...fiveFields, year] : undefined
}

function readNickname(text: string, typed: string): Pattern | WrongPattern {
  if (nicknames.includes(text)) return { needsBothDays: false, isInterval: text === '@hourly' }
  if (text === '@reboot')
    return { why: '@reboot is not a time', hint: 'The host starts a pod that is up again after a reboot' }
  return {
    why: `there is no ${quote(typed)}`,
    hint: `There are ${nicknames.join(', ')}; every five minutes is "*/5 * * * *"`,
  }
}

/** As cron has it: with a step a star is a star. */
function isStar(word: string): boolean {
  return /^[*?]/.test(word)
}

function wrongIn(word: string, field: Field): WrongPattern | undefined {
  const list = field.name === 'weekday' ? word.replace(/^\+/, '') : word
  for (const part of list.split(',')) {
    const wrong = wrongPart(part, field)
    if (wrong)
      return { why: `Invalid value for ${field.name}: ${part === '' ? quote(word) : part.slice(0, 40)}`, hint: wrong }
  }
  return undefined
}

/** What would do in place of a part that is wrong. */
function wrongPart(part: string, field: Field): string | undefined {
  const [, from = '', to, step] = /^([^-/]+)(?:-([^-/]+))?(?:\/([^-/]+))?$/.exec(part.toLowerCase()) ?? []
  const steps = field.most - field.least + 1
  if (step !== undefined && !(/^\d+$/.test(step) && Number(step) >= 1 && Number(step) <= steps))
    return `A step is 1 to ${steps}`
  if (/^[*?]$/.test(from) && to === undefined) return undefined
  if (step === undefined && to === undefined && field.special?.test(from)) return undefined
  const [first, last] = [numberOf(from, field), to === undefined ? undefined : numberOf(to, field)]
  if (first === undefined || (to !== undefined && last === undefined)) return field.about
  if (to === undefined) return step === undefined ? undefined : `Write it as ${from}-${field.most}/${step}`
  return last !== undefined && first <= last ? undefined : wrapped(part, field)
}

/** A range that goes over the end, in two. */
function wrapped(part: string, { least, most, names }: Field): string {
  const [, from = '', to = '', step = ''] = /^([^-]+)-([^/]+)(.*)$/.exec(part) ?? []
  if (names === weekdays) return `A range does not go over the end of the week: write ${from}-7${step},1-${to}${step}`
  return `A range does not go over the end: write ${from}-${most}${step},${least}-${to}${step}`
}

function numberOf(text: string, { least, most, names }: Field): number | undefined {
  const named = names?.indexOf(text) ?? -1
  if (named !== -1) return named + least
  const value = /^\d{1,4}$/.test(text) ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : undefined
}
