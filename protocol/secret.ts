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
  if (typeof value !== 'object' || value === null) return withoutPassword(value)
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

/** `postgres://user:***@host/db`, `Server=db;Password=***`, `https://host/?token=***`, `Bearer ***`, and a whole PEM key. */
export function withoutPassword<T>(value: T): T | string {
  if (typeof value !== 'string') return value
  if (/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(value)) return hidden
  // No scheme is longer. Without a limit, a long text would be read again from each of its words.
  return value
    .replace(/(\b[a-z][a-z\d+.-]{0,31}:\/\/[^\s/:@]*:)[^\s/@]+(?=@)/gi, `$1${hidden}`)
    .replace(/(?<=[?&;])([\w-]{1,64})=[^&;#\s]+/g, (whole, name) => (looksSecret(name) ? `${name}=${hidden}` : whole))
    .replace(/\b(Bearer|Basic) [\w.~+/-]{8,}=*/g, `$1 ${hidden}`)
}
