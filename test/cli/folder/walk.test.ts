// What of a folder is pushed: without what the ignore files name, and nothing that a host could not keep.
import { execFileSync } from 'node:child_process'
import { chmodSync, symlinkSync, writeFileSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { walk } from '../../../cli/folder/walk.ts'
import { failsWith } from '../../fails.ts'
import { type Scratch, scratch } from '../../scratch.ts'

function folder(files: Record<string, string>): Scratch {
  const at = scratch()
  for (const [path, text] of Object.entries(files)) at.file(path, text)
  return at
}

const paths = async (at: Scratch, asIs = false) => (await walk(at.dir, { asIs })).found.map(({ path }) => path).sort()

test('walk() leaves out what .gitignore names, in each folder, and takes what it takes back', async () => {
  using at = folder({
    'app.js': '',
    '.gitignore': 'dist\n*.tmp\n!keep.tmp\n/only-top\n',
    'dist/x.js': '',
    'a.tmp': '',
    'keep.tmp': '',
    'only-top': '',
    'lib/only-top': '',
    'lib/.gitignore': 'secret\n!a.tmp\n',
    'lib/secret': '',
    'lib/a.tmp': '',
    secret: '',
  })
  assert.equal(await paths(at), [
    '.gitignore',
    'app.js',
    'keep.tmp',
    'lib/.gitignore',
    'lib/a.tmp',
    'lib/only-top',
    'secret',
  ])
})

test('walk() goes by .podignore in the place of .gitignore', async () => {
  using at = folder({ 'app.js': '', '.gitignore': 'dist', '.podignore': 'docs', 'dist/x.js': '', 'docs/a.md': '' })
  assert.equal(await paths(at), ['.gitignore', '.podignore', 'app.js', 'dist/x.js'])
})

test('walk() leaves out what the host makes anew, and secrets; never what an installation needs', async () => {
  using at = folder({
    'package.json': '{}',
    'package-lock.json': '{}',
    '.gitignore': '*.json\n',
    'node_modules/x/index.js': '',
    '.git/HEAD': '',
    '.env': '',
    '.env.production': '',
    '.env.example': '',
    'err.log': '',
  })
  assert.equal(await paths(at), ['.env.example', '.gitignore', 'package-lock.json', 'package.json'])
  assert.equal((await walk(at.dir, { asIs: false })).secrets, ['.env', '.env.production'])
  assert.equal(await paths(at, true), [
    '.env.example',
    '.gitignore',
    'err.log',
    'node_modules/x/index.js',
    'package-lock.json',
    'package.json',
  ])
})

test('walk() takes links that stay within, and notes what can be executed', async () => {
  using at = folder({ 'bin/run': '', 'a.js': '' })
  chmodSync(at.path('bin/run'), 0o755)
  symlinkSync('../a.js', at.path('bin/link'))
  const { found } = await walk(at.dir, { asIs: false })
  assert.equal(found, [
    { path: 'a.js', size: 0, x: false },
    { path: 'bin/link', link: '../a.js' },
    { path: 'bin/run', size: 0, x: true },
  ])
})

test('walk() refuses what no host could keep, by its path', async () => {
  const cases: [make: (at: Scratch) => void, message: RegExp][] = [
    [at => symlinkSync('/etc/hosts', at.path('out')), /the link "out" leads out of the folder, to "\/etc\/hosts"/],
    [at => symlinkSync('..', at.path('up')), /the link "up" leads out/],
    [at => void execFileSync('mkfifo', [at.path('pipe')]), /"pipe" is neither a file nor a folder/],
    [at => void at.file('APP.js', ''), /"APP\.js" and "app\.js" differ by case alone/],
    [at => ['\u00e9', 'e\u0301'].map(name => at.file(name, '')), /"é" is there twice, in two forms of Unicode/],
    [at => writeFileSync(Buffer.concat([Buffer.from(`${at.dir}/`), Buffer.from([0x66, 0xe9])]), ''), /is not UTF-8/],
  ]
  for (const [make, message] of cases) {
    using at = folder({ 'app.js': '' })
    make(at)
    const error = await failsWith('bad_image', () => walk(at.dir, { asIs: false }))
    assert.match(error.message, message)
    assert.match(error.hint ?? '', /\.podignore/)
    // What is left out is not refused.
    at.file('.podignore', '*\n!app.js\n')
    assert.equal(await paths(at), ['app.js'])
  }
})

test('walk() takes the files of variables that the policy names, and tells which others it leaves out', async () => {
  using at = folder({
    'app.js': '',
    '.env': '',
    '.env.local': '',
    'config/.env.prod': '',
    '.gitignore': 'config',
    'pod.json': '{ "envFile": ["./.env", "config/.env.prod", "/etc/web.env", "../other.env", "gone.env"] }',
    'package.json': '{ "pod": { "envFile": ".env.local" } }',
  })
  const { found, secrets } = await walk(at.dir, { asIs: false })
  const named = found.map(({ path }) => path).filter(path => path.includes('env'))
  assert.equal([named, secrets], [['.env', 'config/.env.prod'], ['.env.local']])
})

test.run()
