import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { evaluate } from '../../../cli/import/evaluate.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

const options = { timeoutMs: 20_000 }

test('evaluate() runs CommonJS, ES modules and what PM2 calls JSON, whatever they print', async () => {
  using at = scratch()
  const files = {
    'a.config.js': 'console.log("noise"); module.exports = { apps: [{ cwd: __dirname }] }',
    'b.config.cjs': 'module.exports = { apps: [1] }; setInterval(() => {}, 1000)',
    'c.config.mjs': 'export default { apps: [2] }',
    'd.config.mjs': 'export const apps = [3]',
    'e.json': '{ /* as JavaScript */ apps: [4], // yes\n}',
  }
  const found = []
  for (const [name, text] of Object.entries(files)) found.push(await evaluate(at.file(name, text), options))
  assert.equal(found, [{ apps: [{ cwd: at.dir }] }, { apps: [1] }, { apps: [2] }, { apps: [3] }, { apps: [4] }])
})

test('evaluate() says what went wrong in the file, and ends one that does not', async () => {
  using at = scratch()
  const broken = at.file('broken.js', 'module.exports = nothing.there')
  assert.match(
    (await failsWith('bad_config', async () => await evaluate(broken, options))).message,
    /nothing is not defined/,
  )
  const leaving = at.file('leaving.js', 'process.exit(3)')
  assert.match((await failsWith('bad_config', async () => await evaluate(leaving, options))).message, /code 3/)
  const endless = at.file('endless.js', 'for (;;);')
  await failsWith('timeout', async () => await evaluate(endless, { timeoutMs: 100 }))
})

test.run()
