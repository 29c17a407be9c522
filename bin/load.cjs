// Loads the built CLI. It stands apart since `import()` does not even parse under the Nodes that pod.cjs turns away.
'use strict'

const module_ = require('node:module')

module_.enableCompileCache?.()
import('../dist/cli.js')
