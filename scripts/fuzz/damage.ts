// Damage to a data directory: in the place of each file anything that may stand there, and how it comes to stand there.
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { execaSync } from 'execa'
import fc from 'fast-check'
import { asJson, nearly, oddNumber, oddText, oddValue } from './garbage.ts'
import { auditText, positionText, tokensText } from './targets/notes.ts'
import { hostText, noteText, recordText, scheduleText } from './targets/state.ts'

const hugeBytes = 1024 * 1024 * 1024
/** A host may have much that is not state, and has to go through it. */
const largeBytes = 20 * 1024 * 1024

/** `at`: a path in the data directory. `text`: what the file holds, where the kind wants one. */
export type Damage = { at: string; kind: string; text: string }

const passwordText = fc
  .array(
    fc.oneof(fc.constantFrom('16', '8', '1', '1073741824', '-1', 'NaN'), fc.constantFrom('c2FsdA', 'A'.repeat(43))),
  )
  .map(parts => ['scrypt', ...parts].join('$'))
const ownerText = asJson(nearly({ v: fc.constant(1), name: oddText, path: oddText, closed: fc.boolean() }))

/** What each file holds where it is nearly right. */
const files: Record<string, fc.Arbitrary<string>> = {
  token: fc.oneof(oddText, fc.constantFrom('x'.repeat(16), `${'x'.repeat(30)}\n${'y'.repeat(30)}`, '\0'.repeat(20))),
  'tokens.json': tokensText,
  'host.json': hostText,
  'audit.log': auditText,
  'audit.log.1': auditText,
  'certificate.pem': oddText,
  'shell-password': passwordText,
  'pods/job/pod.json': oddText,
  'pods/job/schedule.json': scheduleText,
  'pods/job/runs/1.exit': noteText,
  'pods/job/runs/1.json': recordText,
  'pods/job/runs/2.stdin': oddText,
  'logs/job/1.log': oddText,
  'logs/kept/1.log': oddText,
  'pods/kept/runs/1.exit': asJson(nearly({ code: oddNumber, message: oddText })),
  'logs/kept/1.stdout.raw': oddText,
  'logs/kept/1.stdout.raw.at': positionText,
  'logs/kept/1.stderr.raw.at': positionText,
  'logs/kept/2.stdout.raw': oddText,
  'logs/host.log': auditText,
  'logs/host.log.1': auditText,
  'logs/keeper.out': oddText,
  'hosts/inner/owner.json': ownerText,
  'host.sock': oddText,
  'link.sock': oddText,
}
const folders = ['keepers', 'spares', 'spares/1.stdout.raw', 'c', 'hosts', 'hosts/inner', 'images', 'compiled']
const places = [...Object.keys(files), ...folders, 'pods/job', 'pods/job/runs', 'logs/job', 'logs/kept', 'pods', 'logs']

/** What may be done to one place. */
export const damage: fc.Arbitrary<Damage> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc
      .constantFrom(...Object.keys(files))
      .chain(at => fc.record({ at: fc.constant(at), kind: fc.constant('text' as const), text: files[at] ?? oddText })),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      at: fc.constantFrom(...Object.keys(files)),
      kind: fc.constantFrom('text' as const),
      text: fc.oneof(asJson(oddValue), oddText, fc.constantFrom('[', '\0'.repeat(5000), '\n'.repeat(5000), '')),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      at: fc.constantFrom(...places),
      kind: fc.constantFrom('pipe', 'folder', 'link', 'loose link', 'link to itself', 'link to a folder', 'nothing'),
      text: fc.constant(''),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      at: fc.constantFrom(...Object.keys(files)),
      kind: fc.constantFrom('cut', 'cut', 'large'),
      text: oddText,
    }),
  },
)
/** Does it. @param options.beside a folder outside, to which links lead */
export function harm({ at, kind, text }: Damage, { data, beside }: { data: string; beside: string }): void {
  const path = join(data, at)
  const elsewhere = join(beside, 'elsewhere')
  // An earlier harm may have made a link or a file of the folder.
  const folder = dirname(path)
  if (existsSync(folder) && !statSync(folder).isDirectory()) return
  const before = existsSync(path) && statSync(path).isFile() ? readFileSync(path) : Buffer.alloc(0)
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 })
    rmSync(path, { recursive: true, force: true })
    if (kind === 'text') writeFileSync(path, text, { mode: 0o600 })
    else if (kind === 'cut') writeFileSync(path, before.subarray(0, (text.length * 7) % (before.length + 1)))
    else if (kind === 'pipe') execaSync('mkfifo', ['-m', '600', path])
    else if (kind === 'folder') mkdirSync(path, { mode: 0o700 })
    else if (kind === 'link to itself') symlinkSync(path, path)
    else if (kind === 'loose link') symlinkSync(join(beside, 'nothing'), path)
    else if (kind.startsWith('link')) linkElsewhere(path, elsewhere, kind)
    else if (kind === 'large') {
      writeFileSync(path, text)
      truncateSync(path, /\.log|\.raw$|\.out$/.test(at) ? largeBytes : hugeBytes)
    }
  } catch (error) {
    // Such as a folder that an earlier harm has made a loose link.
    const { code } = error as NodeJS.ErrnoException
    if (!['ENOENT', 'EEXIST', 'ELOOP', 'ENOTDIR'].includes(code ?? '')) throw error
  }
}

function linkElsewhere(path: string, elsewhere: string, kind: string): void {
  rmSync(elsewhere, { recursive: true, force: true })
  if (kind === 'link') writeFileSync(elsewhere, 'elsewhere')
  else mkdirSync(elsewhere)
  symlinkSync(elsewhere, path)
}
