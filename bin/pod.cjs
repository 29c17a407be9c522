#!/usr/bin/env node
// The `pod` command's way in: it sees to it that this Node can run p8a, then has the CLI loaded.
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

if (isOldNode()) {
  console.error(
    'p8a needs Node %s or newer; this is %s (npm install -g node, or see https://nodejs.org)',
    needed.join('.'),
    process.version,
  )
  process.exitCode = 1
} else {
  require('./load.cjs')
}
