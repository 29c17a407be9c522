// How a process ends, and what it leaves: a process for each case.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { execa } from 'execa'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { needs, skipped } from '../needs.ts'
import { scratch } from '../scratch.ts'

const test = suite('ending')

const module = JSON.stringify(new URL('../../shim/ending.ts', import.meta.url).href)
const errors = JSON.stringify(new URL('../../protocol/errors.ts', import.meta.url).href)

/** Runs this code in a process that notes its end, as `fail` does of an error; while it loads, `loads` is true. */
async function ended(code: string, { dir }: { dir?: string } = {}) {
  using at = scratch()
  const exit = join(dir ?? at.dir, 'exit')
  const file = JSON.stringify(exit)
  const program = `import { noteEnding } from ${module}
    import { P8aError } from ${errors}
    let loads = true
    const fail = noteEnding(${file}, { beforeExit: () => process.stdout.write('settled'), isLoading: () => loads })
    ${code}`
  const { exitCode, stdout, stderr } = await execa(process.execPath, ['--input-type=module', '--eval', program], {
    reject: false,
  })
  const text = readFileSync(exit, 'utf8').trim()
  const note = text === '' ? undefined : JSON.parse(text)
  return { exitCode, stdout, stderr, note }
}

test('noteEnding() leaves a note of the code, after what is done first', async () => {
  assert.equal(await ended('process.exit(3)'), { exitCode: 3, stdout: 'settled', stderr: '', note: { code: 3 } })
})

needs(test, 'root')('noteEnding() leaves its note, with the message, also on a disk that has become full', async () => {
  using at = scratch()
  const disk = at.path('disk')
  mkdirSync(disk)
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64k', 'none', disk], { stdio: 'ignore' })
  } catch {
    return skipped(
      'noteEnding() leaves its note, with the message, also on a disk that has become full',
      'this root may not mount',
    )
  }
  try {
    const fill = `try { process.getBuiltinModule('node:fs').writeFileSync(${JSON.stringify(`${disk}/junk`)}, Buffer.alloc(1e6)) } catch {};`
    for (const [code, note] of [
      ['process.exit(0)', { code: 0 }],
      ["throw new Error('\u00e9'.repeat(900))", { code: 1, message: `Error: ${'\u00e9'.repeat(493)}` }],
    ] as const) {
      assert.equal((await ended(fill + code, { dir: disk })).note, note)
      for (const file of readdirSync(disk)) rmSync(`${disk}/${file}`)
    }
  } finally {
    execFileSync('umount', ['-l', disk])
  }
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
