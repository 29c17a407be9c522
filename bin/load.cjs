// Loads the built CLI. It stands apart since `import()` does not even parse under the Nodes that pod.cjs turns away.
'use strict'

const { existsSync } = require('node:fs')
const { enableCompileCache } = require('node:module')
const { join } = require('node:path')

if (existsSync(join(__dirname, '../dist/cli.js'))) {
  enableCompileCache?.()
  import('../dist/cli.js')
} else {
  console.error('p8a is not built yet: run `npm run build` in %s', join(__dirname, '..'))
  process.exitCode = 1
}
