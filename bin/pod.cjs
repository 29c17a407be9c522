#!/bin/sh
':' //; exec node -- "$0" "$@"
// The entry of the `pod` command: it checks that this Node can run p8a, then loads the built CLI. It must parse under
// any Node, so it is CommonJS in plain old syntax, and must not know any command. To Node, the second line is a text;
// to the shell it is the command that starts Node. Without its --, Node would take options such as --env-file for its
// own, wherever they stand. (`env -S`, which could give the -- too, is not everywhere.)
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

/**
 * Where the compiled code of `pod` is kept. Node runs that code, so no other user may have made the folder or may write
 * there. Node's own choice is a folder of a fixed name among the temporary files, which anyone can make.
 */
function ownCache() {
  var path = require('node:path')
  var home = process.env.HOME
  var caches = process.env.XDG_CACHE_HOME
  if (!caches || !path.isAbsolute(caches))
    caches = home && path.isAbsolute(home) ? path.join(home, '.cache') : undefined
  if (!caches || process.platform === 'win32') return undefined
  var folder = path.join(caches, 'p8a')
  try {
    // One by one: Node's recursive mkdir never ends where the system makes no folders, as in /proc.
    return [caches, folder, path.join(folder, 'compiled')].every(isOwn) ? path.join(folder, 'compiled') : undefined
  } catch (_error) {
    // The home directory cannot be written: then the start takes some milliseconds more.
    return undefined
  }
}

/** Whether a folder, which is made if it is missing, is this user's alone to write to. */
function isOwn(folder) {
  var fs = require('node:fs')
  var found = fs.lstatSync(folder, { throwIfNoEntry: false })
  if (!found) fs.mkdirSync(folder, { mode: 448 })
  found = found || fs.lstatSync(folder)
  return found.isDirectory() && found.uid === process.getuid() && (found.mode & 18) === 0
}

/**
 * Whether Node took `--env-file` for its own: started as `node pod.cjs`, it looks for that option behind the file too, and does what
 * NODE_OPTIONS of the env file says. (If there is no such file, Node ends before this line.)
 */
function isEnvFileTaken() {
  var words = process.argv.slice(2)
  var end = words.indexOf('--')
  var isIt = word => word === '--env-file' || word.indexOf('--env-file=') === 0
  return (end < 0 ? words : words.slice(0, end)).some(isIt) && !isBehindDashes()
}

/** Whether it was started as `node -- pod.cjs`, or the system does not tell. */
function isBehindDashes() {
  var line = []
  try {
    line = require('node:fs').readFileSync('/proc/self/cmdline', 'utf8').split('\0')
  } catch (_error) {
    return true
  }
  return line.slice(1, process.execArgv.length + 2).indexOf('--') >= 0
}

/** Begins anew in this process, with the option out of the reach of Node. */
function beginBehindDashes() {
  var line = [process.execPath].concat(process.execArgv, '--', process.argv.slice(1))
  // Node 22 says that the function may change; that is nobody's news here.
  process.emitWarning = () => {}
  process.execve(process.execPath, line, process.env)
}

/** The first process of a container gets no signal that it does not listen to: it would not end while it begins. */
function endOnUnheardSignals() {
  var codes = { SIGTERM: 143, SIGINT: 130 }
  Object.keys(codes).forEach(signal => {
    process.on(signal, () => {
      if (process.listenerCount(signal) === 1) process.exit(codes[signal])
    })
  })
}

function load() {
  if (process.pid === 1) endOnUnheardSignals()
  if (process.execve && isEnvFileTaken()) beginBehindDashes()
  // Then stack traces name lines of the sources. It makes the start slower, so it happens only on request.
  if (process.env.P8A_DEBUG) process.setSourceMapsEnabled(true)
  var cache = ownCache()
  if (cache) require('node:module').enableCompileCache(cache)
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
