// How a process ends, and what it leaves: a process for each case.
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { scratch } from '../scratch.ts'

const module = JSON.stringify(new URL('../../shim/ending.ts', import.meta.url).href)
const errors = JSON.stringify(new URL('../../protocol/errors.ts', import.meta.url).href)

/** Runs this code in a process that notes its end, as `fail` does of an error; while it loads, `loads` is true. */
async function ended(code: string) {
  using at = scratch()
  const file = JSON.stringify(at.path('exit'))
  const program = `import { noteEnding } from ${module}
    import { P8aError } from ${errors}
    let loads = true
    const fail = noteEnding(${file}, { beforeExit: () => process.stdout.write('settled'), isLoading: () => loads })
    ${code}`
  const { exitCode, stdout, stderr } = await execa(process.execPath, ['--input-type=module', '--eval', program], {
    reject: false,
  })
  const note = existsSync(at.path('exit')) ? JSON.parse(readFileSync(at.path('exit'), 'utf8')) : undefined
  return { exitCode, stdout, stderr, note }
}

test('noteEnding() leaves a note of the code, after what is done first', async () => {
  assert.equal(await ended('process.exit(3)'), { exitCode: 3, stdout: 'settled', stderr: '', note: { code: 3 } })
})

test('an uncaught error is logged with its stack, and its first line is in the note', async () => {
  const { exitCode, stderr, note } = await ended("setImmediate(() => { throw new RangeError('too far\\nand on') })")
  assert.equal([exitCode, note], [1, { code: 1, message: 'RangeError: too far' }])
  assert.match(stderr, /RangeError: too far\nand on\n {4}at /)
})

test('an uncaught error that the pod handles itself ends nothing', async () => {
  const { exitCode, note } = await ended("process.on('uncaughtException', () => {}); setImmediate(() => { throw 5 })")
  assert.equal([exitCode, note], [0, { code: 0 }])
})

for (const [code, outlook] of [
  ['start_failed', 'slow'],
  ['bad_image', 'none'],
] as const) {
  test(`an error of ours is told without a stack, and what another attempt may come to: ${code}`, async () => {
    const { stderr, note } = await ended(`fail(new P8aError('${code}', 'Cannot start the pod: no'))`)
    assert.equal([stderr, note], ['Cannot start the pod: no', { code: 1, message: stderr, outlook }])
  })
}

for (const [what, extension, text] of [
  ['a syntax error', 'mjs', 'const = 1'],
  ['a syntax error in CommonJS', 'cjs', 'const = 1'],
  ['a syntax error in TypeScript', 'ts', 'const = 1'],
  ['TypeScript that Node does not take', 'ts', 'enum A { B }'],
  ['a file that is not there', 'mjs', 'import "./nowhere.mjs"'],
  ['a file that is not there, in CommonJS', 'cjs', 'require("./nowhere")'],
  ['a package that is not there', 'mjs', 'import "p8a-nowhere"'],
  ['a name that is not exported', 'mjs', 'import { nowhere } from "node:fs"'],
  ['a builtin that is not there', 'mjs', 'import "node:nowhere"'],
] as const) {
  test(`code that cannot be loaded is not tried at once again, unless it had been loaded: ${what}`, async () => {
    using at = scratch()
    const file = at.path(`code.${extension}`)
    writeFileSync(file, text)
    const load = `import(${JSON.stringify(pathToFileURL(file).href)}).catch(fail)`
    assert.is((await ended(`process.setSourceMapsEnabled(true); ${load}`)).note.outlook, 'slow')
    assert.is((await ended(`loads = false; ${load}`)).note.outlook, undefined)
  })
}

for (const text of ['JSON.parse("{")', 'new RegExp("(")', 'eval("const = 1")', 'missing()', 'throw { code: "ENOENT" }'])
  test(`what the code itself throws while it loads may be another thing the next time: ${text}`, async () => {
    using at = scratch()
    const file = at.path('code.mjs')
    writeFileSync(file, text)
    const { note } = await ended(`import(${JSON.stringify(pathToFileURL(file).href)}).catch(fail)`)
    assert.equal([note.code, note.outlook], [1, undefined])
  })

test.run()
