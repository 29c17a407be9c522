#!/usr/bin/env node
// The `pod` command's way in: it sees to it that this Node can run p8a, then loads the built CLI.
// It must parse under any Node, so it is CommonJS in plain old syntax, and must not know any command.
'use strict'

var needed = [22, 22, 2]

function isOldNode() {
  var have = process.versions.node.split('.')
  for (var i = 0; i < needed.length; i++) {
    if (Number(have[i]) !== needed[i]) return Number(have[i]) < needed[i]
  }
  return false
}

function fail(text) {
  process.stderr.write(text + '\n')
  process.exitCode = 1
}

function isBuilt() {
  return require('fs').existsSync(require('path').join(__dirname, '../dist/cli.js'))
}

if (isOldNode()) {
  fail(
    'p8a needs Node ' +
      needed.join('.') +
      ' or newer; this is ' +
      process.version +
      ' (npm install -g node, or see https://nodejs.org)',
  )
} else if (!isBuilt()) {
  fail('p8a is not built yet: run `npm run build` in its directory')
} else {
  require('./load.cjs')
}
