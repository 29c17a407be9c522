// What a policy may say of where a pod listens. It is apart from listen.ts, since the programs in pods read no schemas.
import * as v from 'valibot'
import { keyedSchema } from './keyed.ts'
import { mainPort, readAddress } from './listen.ts'
import { isObject } from './texts.ts'

const hint =
  'is not an address to listen at: write a port such as 8080, "127.0.0.1:8080", "[::]:8080", "auto", "unix" or "unix:/path", which may have ",mode=660,owner=USER,group=GROUP" behind it'
const namesHint = `${hint}, or several of these by name`

const addressSchema = v.pipe(
  v.union([v.number(), v.string()], hint),
  v.transform(String),
  v.check(text => readAddress(text) !== undefined, hint),
)

/** One address, or several by name; becomes several by name. */
export const listenSchema = v.pipe(
  v.union([v.number(), v.string(), v.custom<Record<string, number | string>>(isObject, namesHint)], namesHint),
  v.transform(given => (typeof given === 'object' ? given : { [mainPort]: given })),
  v.check(given => Object.keys(given).length > 0, 'names no address'),
  v.check(
    given => Object.keys(given).every(name => /^[A-Za-z][A-Za-z0-9_-]{0,30}$/.test(name)),
    'has a name that does not begin with a letter, or has more than letters, digits, "_" and "-"',
  ),
  keyedSchema(addressSchema),
  v.check(given => !sharesPort(Object.values(given)), 'names one port twice'),
)

function sharesPort(texts: readonly string[]): boolean {
  const fixed = texts
    .filter(text => !text.endsWith('auto') && !/^unix(?:,|$)/.test(text))
    .map(text => text.replace(/^\*?:|,.*$/g, ''))
  return new Set(fixed).size < fixed.length
}
