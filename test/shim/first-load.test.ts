// When a module of Node is first asked for, in whatever way. Each case is a process of its own, since what is loaded stays so.
import { spawnSync } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { scratch } from '../scratch.ts'

const module = pathToFileURL(new URL('../../shim/first-load.ts', import.meta.url).pathname).href

/** Waits for `dgram`, which Node loads for nobody, and lets `code` ask. @returns what was said, in order */
function saidBy(code: string): string[] {
  using at = scratch()
  at.file('package.json', JSON.stringify({ imports: { '#udp': 'dgram' } }))
  at.file(
    'main.mjs',
    `import { createRequire } from 'node:module'
    import { isLoaded, onFirstLoad } from ${JSON.stringify(module)}
    const require = createRequire(import.meta.url)
    const wait = name => onFirstLoad(['punycode', 'dgram'], () => console.log(name, isLoaded('dgram')))
    ${code}`,
  )
  const { stdout, stderr } = spawnSync(process.execPath, [at.path('main.mjs')], { encoding: 'utf8' })
  assert.is(stderr, '')
  return stdout.split('\n').slice(0, -1)
}

const ways = {
  import: `await import('node:dgram')`,
  'import without node:': `await import('dgram')`,
  'import by a name of package.json': `await import('#udp')`,
  require: `require('node:dgram')`,
  'require without node:': `require('dgram')`,
  getBuiltinModule: `process.getBuiltinModule('node:dgram')`,
  'getBuiltinModule without node:': `process.getBuiltinModule('dgram')`,
}

for (const [way, code] of Object.entries(ways)) {
  test(`onFirstLoad() tells it before ${way} has the module, and only once`, () => {
    assert.equal(saidBy(`wait('first'); wait('second'); ${code}; ${code}; console.log('has it')`), [
      'first false',
      'second false',
      'has it',
    ])
  })
}

test('onFirstLoad() tells at once of what is loaded, and of one that is asked for while it is told of another', () => {
  assert.equal(saidBy(`${ways.require}; wait('first')`), ['first true'])
  assert.equal(
    saidBy(`onFirstLoad(['tls'], () => { require('dgram'); console.log('tls') }); wait('dgram'); require('tls')`),
    ['dgram false', 'tls'],
  )
})

test('process.getBuiltinModule() stays as it was but for that', () => {
  assert.equal(
    saidBy(`const { name, length } = process.getBuiltinModule
    wait('first')
    console.log(process.getBuiltinModule.name === name, process.getBuiltinModule.length === length)
    for (const none of [undefined, 5]) try { process.getBuiltinModule(none) } catch ({ code }) { console.log(code) }
    console.log(process.getBuiltinModule('no-such-module'), process.getBuiltinModule('fs') === require('fs'))`),
    ['true true', 'ERR_INVALID_ARG_TYPE', 'ERR_INVALID_ARG_TYPE', 'undefined true'],
  )
})

test.run()
