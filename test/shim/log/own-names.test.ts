// Writes to /dev/stdout and its like, in this process: what is taken, and what is left to the file system.
import { spawnSync } from 'node:child_process'
import fs, { closeSync, existsSync, readFileSync } from 'node:fs'
import { Readable } from 'node:stream'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { captureNames } from '../../../shim/log/own-names.ts'
import { scratch } from '../../scratch.ts'
import { restoring } from './restoring.ts'

const ownNames = fileURLToPath(new URL('../../../shim/log/own-names.ts', import.meta.url))

/** Does `work` while the names are captured. @returns what was taken, and how often a descriptor was opened */
async function captured(work: () => unknown): Promise<{ taken: unknown[]; opened: number }> {
  const taken: unknown[] = []
  let opened = 0
  const take = (fd: 1 | 2, chunk: unknown, encoding?: string) =>
    taken.push([fd, String(chunk), ...(encoding ? [encoding] : [])])
  await restoring(async () => {
    captureNames(take, () => opened++)
    await work()
  })
  return { taken, opened }
}

test('whole writes to a name of stdout or stderr are taken, however they are made', async () => {
  const { taken, opened } = await captured(async () => {
    fs.writeFileSync('/dev/stdout', 'a')
    fs.appendFileSync(new URL('file:///dev/stderr'), Buffer.from('b'))
    fs.writeFileSync(`/proc/${process.pid}/fd/1`, '63', 'hex')
    fs.writeFileSync(2, 'd', { encoding: 'utf8' })
    await fs.promises.writeFile('/dev/fd/1', 'e')
    await fs.promises.appendFile('/proc/self/fd/2', 'f')
    await new Promise(resolve => fs.writeFile('/dev/stdout', 'g', resolve))
    await new Promise(resolve => fs.appendFile('/dev/stderr', 'h', 'latin1', resolve))
  })
  assert.equal(taken, [
    [1, 'a'],
    [2, 'b'],
    [1, '63', 'hex'],
    [2, 'd', 'utf8'],
    [1, 'e'],
    [2, 'f'],
    [1, 'g'],
    [2, 'h', 'latin1'],
  ])
  assert.is(opened, 0)
})

for (const [way, code] of Object.entries({
  'fs.promises': `fs.promises`,
  'import of node:fs/promises': `(await import('node:fs/promises'))`,
  getBuiltinModule: `process.getBuiltinModule('fs/promises')`,
})) {
  test(`functions that are loaded later, by ${way}, are captured too, and not loaded before`, () => {
    using at = scratch()
    at.file(
      'main.mjs',
      `const fs = process.getBuiltinModule('fs')
      const { captureNames } = await import(${JSON.stringify(pathToFileURL(ownNames).href)})
      captureNames((fd, chunk) => fs.writeSync(1, 'taken ' + fd + ' ' + chunk + '\\n'), () => {})
      const isLoaded = () => process.moduleLoadList.includes('NativeModule internal/fs/promises')
      console.log(isLoaded(), Object.keys(fs).includes('promises'))
      await ${code}.writeFile('/dev/stdout', 'a')
      console.log(isLoaded(), fs.promises === process.getBuiltinModule('fs/promises'))`,
    )
    const { stdout } = spawnSync(process.execPath, [at.path('main.mjs')], { encoding: 'utf8' })
    assert.is(stdout, 'false true\ntaken 1 a\ntrue true\n')
  })
}

for (const [how, code] of Object.entries({
  'put in their place': `const own = { writeFile() {} }
    Object.defineProperty(fs, 'promises', { value: own, configurable: true })
    const isKept = () => fs.promises === own && own.writeFile.length === 0`,
  frozen: `Object.freeze(fs)
    const isKept = () => fs.promises === process.getBuiltinModule('fs/promises')`,
})) {
  test(`functions of fs.promises that the pod has ${how} before they are loaded stay so`, () => {
    using at = scratch()
    at.file(
      'main.mjs',
      `const fs = process.getBuiltinModule('fs')
      const { captureNames } = await import(${JSON.stringify(pathToFileURL(ownNames).href)})
      captureNames((fd, chunk) => fs.writeSync(1, 'taken ' + fd + ' ' + chunk + '\\n'), () => {})
      ${code}
      await process.getBuiltinModule('fs/promises').writeFile('/dev/stdout', 'a')
      console.log(isKept())`,
    )
    const { stdout } = spawnSync(process.execPath, [at.path('main.mjs')], { encoding: 'utf8' })
    assert.is(stdout, 'taken 1 a\ntrue\n')
  })
}

test('other files are written as ever', async () => {
  using at = scratch()
  const file = at.path('file')
  const { taken } = await captured(async () => {
    fs.writeFileSync(file, 'a')
    fs.appendFileSync(file, 'b')
    await fs.promises.appendFile(file, Readable.from(['c']))
    await new Promise(resolve => fs.appendFile(file, 'd', resolve))
    const fd = fs.openSync(at.path('opened'), 'w')
    closeSync(fd)
  })
  assert.equal([readFileSync(file, 'utf8'), existsSync(at.path('opened')), taken], ['abcd', true, []])
})

test('a descriptor of another process is none of ours', async () => {
  using at = scratch()
  const { taken } = await captured(() => {
    for (const path of ['/proc/1/fd/1x', at.path('dev/stdout')]) {
      assert.throws(() => fs.writeFileSync(path, 'a'), /ENOENT|EACCES/)
    }
  })
  assert.equal(taken, [])
})

test('a descriptor that is opened by its name is opened for appending, and that is told', async () => {
  const flags: unknown[] = []
  const { openSync } = fs
  fs.openSync = ((_path: string, how: unknown) => flags.push(how)) as unknown as typeof openSync
  try {
    const { O_APPEND, O_CREAT, O_RDONLY, O_TRUNC, O_WRONLY } = fs.constants
    const { opened } = await captured(() => {
      for (const how of ['w', 'wx', 'w+', 'a', 'r', O_WRONLY | O_CREAT | O_TRUNC, O_RDONLY])
        fs.openSync('/dev/stdout', how)
    })
    assert.equal(flags, ['a', 'a', 'a+', 'a', 'r', O_WRONLY | O_CREAT | O_APPEND, O_RDONLY])
    assert.is(opened, 7)
  } finally {
    fs.openSync = openSync
  }
})

test.run()
