// Makes docs/terminal.svg, the picture of README.md: a session with the built `pod`, as it went on this machine.
//   npm run record
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { pictureOf } from './record/picture.ts'
import { recordSession } from './record/session.ts'

const root = fileURLToPath(new URL('..', import.meta.url))
const file = join(root, 'docs/terminal.svg')
const session = await recordSession(root, readFileSync(join(root, 'README.md'), 'utf8'))
writeFileSync(file, pictureOf(session))
process.stdout.write(`${file}: ${session.length} commands\n`)
