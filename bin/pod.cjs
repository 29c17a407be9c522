#!/usr/bin/env node
// The `pod` command's way in: it sees to it that this Node can run p8a, then loads the built CLI.
// It must parse under any Node, so it is CommonJS in plain old syntax, and must not know any command.
'use strict'

var needed = [22, 22, 2]

function isOldNode() {
  var have = process.versions.node.split('.')
  var i = 0
  for (; i < needed.length; i++) {
    if (Number(have[i]) !== needed[i]) return Number(have[i]) < needed[i]
  }
  return false
}

function isBuilt() {
  return require('node:fs').existsSync(require('node:path').join(__dirname, '../dist/cli.cjs'))
}

function load() {
  // Stack traces name lines of the sources then. It makes the start slower, so it is for who asks to see them.
  if (process.env.P8A_DEBUG) process.setSourceMapsEnabled(true)
  require('node:module').enableCompileCache()
  require('../dist/cli.cjs')
}

if (isOldNode()) {
  console.error(
    'p8a needs Node %s or newer; this is %s (npm install -g node, or see https://nodejs.org)',
    needed.join('.'),
    process.version,
  )
  process.exitCode = 1
} else if (!isBuilt()) {
  console.error('p8a is not built yet: run `npm run build` in %s', require('node:path').join(__dirname, '..'))
  process.exitCode = 1
} else {
  load()
}
