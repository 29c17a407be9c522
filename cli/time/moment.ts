// A stretch of time that is named as one. Pure.

/** From its first instant to the first one behind it: a day, or, where both are the same, an instant. */
export type Moment = { start: Date; end: Date }

/** The local day that `date` is in, from its first instant to the first one of the next. */
export function dayOf(date: Date): Moment {
  const [year, month, day] = [date.getFullYear(), date.getMonth(), date.getDate()]
  return { start: new Date(year, month, day), end: new Date(year, month, day + 1) }
}

export function instant(date: Date): Moment {
  return { start: date, end: date }
}
