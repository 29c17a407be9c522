// A plain Express program in a folder, as anyone has it, with its packages installed beside it.
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** @param options.modules where its packages are copied from */
export function makeProgram(folder: string, { modules }: { modules: string }): void {
  mkdirSync(folder, { recursive: true })
  writeFileSync(
    join(folder, 'package.json'),
    `${JSON.stringify({ name: 'web', private: true, scripts: { start: 'node server.js' }, dependencies: { express: '*' } })}\n`,
  )
  copyPackage('express', { from: modules, to: join(folder, 'node_modules') })
  writeVersion(folder, 1)
}

/** Nothing in it knows who runs it. */
export function writeVersion(folder: string, version: number): void {
  writeFileSync(
    join(folder, 'server.js'),
    `const express = require('express')
const app = express().use(express.text())
app.get('/', (request, response) => response.json({ version: ${version}, pid: process.pid }))
app.post('/', (request, response) => response.send(request.body))
app.listen(process.env.PORT)
`,
  )
}

/** With all that it needs; what it has within itself goes with it. */
function copyPackage(name: string, { from, to }: { from: string; to: string }): void {
  const target = join(to, name)
  if (existsSync(target)) return
  cpSync(join(from, name), target, { recursive: true })
  const { dependencies = {} } = JSON.parse(readFileSync(join(target, 'package.json'), 'utf8')) as {
    dependencies?: Record<string, string>
  }
  for (const needed of Object.keys(dependencies))
    if (!existsSync(join(target, 'node_modules', needed))) copyPackage(needed, { from, to })
}
