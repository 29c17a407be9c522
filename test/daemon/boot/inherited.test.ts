// What a host closes that it was given. Each case is a process of its own.
import { spawnSync } from 'node:child_process'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'

const module = pathToFileURL(fileURLToPath(new URL('../../../daemon/boot/inherited.ts', import.meta.url))).href

test('closeInherited() closes what its shell had open, and nothing that this process opened', () => {
  const code = `
    import { fstatSync, openSync } from 'node:fs'
    const own = openSync('/dev/null', 'r')
    const { closeInherited } = await import(${JSON.stringify(module)})
    const isOpen = fd => { try { fstatSync(fd); return true } catch { return false } }
    const before = isOpen(200)
    await closeInherited()
    const socket = (await import('node:net')).createServer()
    await new Promise(resolve => socket.listen(0, '127.0.0.1', resolve))
    socket.close()
    console.log(JSON.stringify({ before, after: isOpen(200), rest: [0, 1, 2, own].map(isOpen) }))`
  const run = ['-c', 'exec 200</dev/null; exec "$0" --input-type=module -e "$1"', process.execPath, code]
  const { stdout, stderr } = spawnSync('bash', run, { encoding: 'utf8' })
  assert.equal(JSON.parse(stdout || stderr), {
    before: true,
    after: false,
    rest: [true, true, true, true],
  })
})

test.run()
