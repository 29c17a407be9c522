// Which params and variables look like secrets, by their names and values, and how they are shown to those who may only
// look. Pure.

/** What stands in place of a secret. */
export const hidden = '***'

/** Words and endings of words that stand for secrets. */
const words = new Set([
  'pass',
  'pwd',
  'pw',
  'creds',
  'jwt',
  'key',
  'keys',
  'auth',
  'authorization',
  'cookie',
  'pat',
  'pin',
  'hmac',
  'bearer',
  'webhook',
])
const endings = /(?:passwords?|passwd|passphrase|secrets?|tokens?|apikey|credentials?)$/

/** With one of these as its last word, a name is about a secret and is none itself. */
const about = new Set(['file', 'path', 'dir', 'name', 'id', 'ttl', 'expires', 'length', 'count'])

/** Whether the value of a param or variable with this name is likely a secret: `apiKey`, `DB_PASSWORD`, `token`. */
export function looksSecret(name: string): boolean {
  const parts = name
    .replace(/([a-z\d])([A-Z])/g, '$1-$2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
  if (about.has(parts.at(-1) ?? '')) return false
  return parts.some(part => words.has(part) || endings.test(part))
}

/** What lies deeper is hidden, whatever it is: each level is a call, and what is nested without end would end in an error. */
const deepest = 64

/** A record without its secrets, however deep they lie; an address keeps all but its password. */
export function withoutSecrets(record: Record<string, unknown>, depth = 0): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(record).map(([name, value]) => [
      name,
      looksSecret(name) ? hidden : valueWithoutSecrets(value, depth),
    ]),
  )
}

function valueWithoutSecrets(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return textWithoutSecrets(value, depth)
  if (typeof value !== 'object' || value === null) return value
  if (depth >= deepest) return hidden
  if (Array.isArray(value)) return value.map(one => valueWithoutSecrets(one, depth + 1))
  return withoutSecrets(value as Record<string, unknown>, depth + 1)
}

/** Arguments without secrets: what stands behind `--token`, or in `--token=…`. */
export function argsWithoutSecrets(args: readonly unknown[]): unknown[] {
  return args.map((arg, index) => {
    const before = args[index - 1]
    if (typeof before === 'string' && /^--?[\w-]+$/.test(before) && looksSecret(before)) return hidden
    const [, name] = typeof arg === 'string' ? (/^(--?[\w-]+)=/.exec(arg) ?? []) : []
    return name !== undefined && looksSecret(name) ? `${name}=${hidden}` : withoutPassword(arg)
  })
}

/** A command line without secrets: variables, options and headers whose names say that they are some. */
export function lineWithoutSecrets(line: string): string {
  const shown = line
    .replace(/(?<=^|[\s"'])(--?[\w-]{1,64}[=\s]|\w{1,64}=)\s*(?:"[^"]*"|'[^']*'|[^\s"'-][^\s"']*)/g, (whole, name) =>
      looksSecret(name.slice(0, -1)) ? `${name}${hidden}` : whole,
    )
    .replace(/(?<=["'])([\w-]{1,64}):\s*[^"']*/g, (whole, name) => (looksSecret(name) ? `${name}: ${hidden}` : whole))
  return withoutPassword(shown)
}

/**
 * `postgres://user:***@host/db`, `Server=db;Password=***`, `https://host/?token=***`, `Bearer ***`, `{"token":"***"}`; a token
 * with its signature (JWT), and a whole PEM key.
 */
export function withoutPassword<T>(value: T): T | string {
  return typeof value === 'string' ? textWithoutSecrets(value, 0) : value
}

function textWithoutSecrets(text: string, depth: number): string {
  if (/-----BEGIN [A-Z ]*PRIVATE KEY/.test(text)) return hidden
  const value = jsonIn(text)
  if (value === undefined) return patternsHidden(text)
  const shown = JSON.stringify(valueWithoutSecrets(value, depth + 1))
  return shown === JSON.stringify(value) ? text : shown
}

/** Longer JSON is not read; only what stands behind a name is hidden in it. */
const maxJsonLength = 16 * 1024

/** An object or array that is all of a text. */
function jsonIn(text: string): object | undefined {
  if (text.length > maxJsonLength || !/^\s*[{[]/.test(text)) return undefined
  try {
    return JSON.parse(text) as object
  } catch {
    return undefined
  }
}

/** `"name": value`, as JSON has it, and as JSON in a text of JSON has it. */
const members = [
  /"([\w-]{1,64})"\s{0,8}:\s{0,8}(?:([{[])|"(?:[^"\\]|\\[\s\S])*"?|[^\s"\\,}\]{[]+)/g,
  /\\"([\w-]{1,64})\\"\s{0,8}:\s{0,8}(?:([{[])|\\"[^"\\]*(?:\\")?|[^\s"\\,}\]{[]+)/g,
]

/** Each part of a pattern has a limit, or ends where no other begins: else a long text would be read again from each word. */
function patternsHidden(text: string): string {
  let isInside = false
  const shown = text
    .replace(/(\b[a-z][a-z\d+.-]{0,31}:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/gi, `$1${hidden}`)
    .replace(/(?<=[?&;])([\w-]{1,64})=[^&;#\s]+/g, (whole, name) => (looksSecret(name) ? `${name}=${hidden}` : whole))
    .replace(/\b(Bearer|Basic) [\w.~+/-]{8,}=*/g, `$1 ${hidden}`)
    .replace(/(?<![\w-])eyJ[\w-]{8,}(?:\.[\w-]*){2,4}/g, hidden)
  const all = members.reduce(
    (rest, member) =>
      rest.replace(member, (whole, name, open) => {
        if (!looksSecret(name)) return whole
        // Where it ends is not known without reading all of it.
        if (open !== undefined) isInside = true
        const quote = whole.slice(0, whole.indexOf(name))
        return `${quote}${name}${quote}:${quote}${hidden}${quote}`
      }),
    shown,
  )
  return isInside ? hidden : all
}
