// Makes a checkout ready: installs what the lock file says where that has not been done. Runs on whatever Node the
// machine has, before anything else, so it is plain old JavaScript.
'use strict'
const { execFileSync } = require('node:child_process')
const { existsSync, statSync } = require('node:fs')
const { join } = require('node:path')

const root = join(__dirname, '..')
const installed = join(root, 'node_modules', '.package-lock.json')
const isFresh =
  existsSync(installed) && statSync(installed).mtimeMs >= statSync(join(root, 'package-lock.json')).mtimeMs
const isBuilt = existsSync(join(root, 'dist', 'cli.cjs'))
const npm = (...args) => execFileSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' })

if (!isFresh) install()
else if (!isBuilt) npm('run', 'build', '--silent')

/** By what npm has kept from before: to ask for each of some 300 packages takes a third of the time. What it has may be too old. */
function install() {
  const ci = ['ci', '--no-audit', '--no-fund', '--loglevel=error']
  try {
    npm(...ci, '--prefer-offline')
  } catch (_error) {
    npm(...ci)
  }
}
