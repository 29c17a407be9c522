// Checks who imports whom, and who owns which power, by the tables of docs/DESIGN.md, and that no import circle is left.
// One line for each breach on stderr, and 1 as exit code where there is one.
import { fileURLToPath } from 'node:url'
import { breachesIn } from './arrows/breaches.ts'
import { readProject } from './arrows/project.ts'

const breaches = breachesIn(await readProject(fileURLToPath(new URL('..', import.meta.url))))
for (const breach of breaches) process.stderr.write(`${breach}\n`)
process.exitCode = breaches.length === 0 ? 0 : 1
