// `git push` to a pod, with the real git on both sides.
// Not here: how folders are installed and built (e2e/folders), which branch is deployed (cli/git/plan).
import { type ChildProcess, spawn } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { needs } from '../needs.ts'
import { isAlive } from '../processes.ts'
import { until } from '../until.ts'
import { type Result, TestHost } from './harness.ts'

const test = suite('git')
const git = needs(test, 'git')
const host = new TestHost()

const identity = {
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.org',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.org',
  GIT_TERMINAL_PROMPT: '0',
  GIT_CONFIG_NOSYSTEM: '1',
}

test.before(() => host.up())
test.after(() => host.dispose())

/** A repository of somebody who pushes. */
class Work {
  readonly dir: string
  readonly pod: string

  constructor(pod: string, { token = host.token, dir = pod } = {}) {
    this.pod = pod
    this.dir = join(host.dir, `work-${dir}`)
    mkdirSync(this.dir)
    this.url = `http://ann:${token}@127.0.0.1:${host.port}/git/${pod}`
  }

  readonly url: string

  async begin(): Promise<this> {
    await this.ok('init', '--quiet', '--initial-branch=main')
    await this.ok('remote', 'add', 'p8a', this.url)
    return this
  }

  async git(...args: string[]): Promise<Result> {
    return await host.run('git', args, { cwd: this.dir, env: identity })
  }

  async ok(...args: string[]): Promise<string> {
    const { code, stdout, stderr } = await this.git(...args)
    assert.is(code, 0, `git ${args.join(' ')}: ${stderr}`)
    return stdout + stderr
  }

  async refused(...args: string[]): Promise<string> {
    const { code, stderr } = await this.git(...args)
    assert.is.not(code, 0, `git ${args.join(' ')} should be refused`)
    return stderr
  }

  async commit(files: Record<string, string>, message = 'a change'): Promise<void> {
    for (const [file, text] of Object.entries(files)) {
      mkdirSync(dirname(join(this.dir, file)), { recursive: true })
      writeFileSync(join(this.dir, file), text)
    }
    await this.ok('add', '--all')
    await this.ok('commit', '--quiet', '--message', message)
  }

  /** In a process group of its own, since git lets a helper speak HTTP. */
  start(...args: string[]): ChildProcess {
    return spawn('git', args, { cwd: this.dir, env: { ...host.env, ...identity }, stdio: 'ignore', detached: true })
  }
}

/** A program that says which one it is. */
const says = (text: string) => ({
  'package.json': JSON.stringify({ main: 'main.mjs', pod: { listen: 'auto' } }),
  'main.mjs': `import http from 'node:http'
http.createServer((_, response) => response.end(${JSON.stringify(text)})).listen(process.env.PORT)
export const which = () => ${JSON.stringify(text)}
`,
})

const which = async (pod: string) => await host.call(pod, 'which')

git('a push builds, starts, shows the address, and a later one reloads', async () => {
  const work = await new Work('web').begin()
  await work.commit(says('one'), 'the first')
  const first = await work.ok('push', 'p8a', 'main')
  assert.match(first, /remote: web v1 \(.*starts "main\.mjs"/s)
  assert.match(first, /remote: web is up: v1/)
  const [port] = (await host.status('web')).ports ?? []
  assert.match(first, `remote:   ${port?.address}`)
  assert.is(await which('web'), 'one')
  await work.commit(says('two'), 'the second')
  const second = await work.ok('push', 'p8a', 'main')
  assert.match(second, /remote: Reloading web/)
  assert.not.match(second, /reload it/)
  assert.is(await which('web'), 'two')
  const { versions } = await host.ask('pod.versions', { name: 'web' })
  assert.match(versions.at(-1)?.message ?? '', /^the second \([0-9a-f]+\)$/)
  const clone = join(host.dir, 'clone')
  await work.ok('clone', '--quiet', work.url, clone)
  assert.ok(existsSync(join(clone, 'main.mjs')))
})

git('a clone with a depth of 1 is pushed, to a new pod too; and the whole history afterwards', async () => {
  const work = await new Work('shallow').begin()
  await work.commit(says('one'))
  await work.commit(says('two'))
  await work.ok('push', 'p8a', 'main')
  const clone = new Work('fresh', { dir: 'depth-1' })
  await clone.ok('clone', '--quiet', '--depth=1', `file://${work.dir}`, '.')
  // The commit whose parent is not there.
  await clone.ok('push', clone.url, 'main')
  assert.is(await which('fresh'), 'two')
  await clone.commit(says('three'))
  await clone.ok('push', work.url, 'main')
  assert.is(await which('shallow'), 'three')
  await clone.ok('push', clone.url, 'main')
  assert.is(await which('fresh'), 'three')
  await work.ok('pull', '--quiet', '--ff-only', 'p8a', 'main')
  await work.commit(says('four'))
  await work.ok('push', clone.url, 'main')
  assert.is(await which('fresh'), 'four')
  assert.is((await work.ok('clone', '--quiet', clone.url, join(host.dir, 'clone-of-fresh'))).trim(), '')
  for (const name of ['shallow', 'fresh']) await host.remove(name)
})

git('a build that fails, and a version that does not come up, refuse the push; the old version serves', async () => {
  const work = await new Work('sturdy').begin()
  await work.commit(says('good'))
  await work.ok('push', 'p8a', 'main')
  const pid = (await host.status('sturdy')).runs[0]?.pid
  const broken = { main: 'main.mjs', scripts: { build: 'echo building; exit 3' }, pod: { listen: 'auto' } }
  await work.commit({ 'package.json': JSON.stringify(broken) }, 'does not build')
  const said = await work.refused('push', 'p8a', 'main')
  assert.match(said, /remote: building/)
  assert.match(said, /remote: error: Cannot build/)
  assert.match(said, /pre-receive hook declined/)
  await work.commit({ ...says('bad'), 'main.mjs': 'throw new Error("no start")' }, 'does not start')
  const refused = await work.refused('push', 'p8a', 'main')
  assert.match(refused, /remote: .*no start/)
  // Whoever pushes has no folder of the host.
  assert.not.match(refused, '--data')
  assert.equal([await which('sturdy'), (await host.status('sturdy')).runs[0]?.pid], ['good', pid])
  assert.is((await work.ok('ls-remote', 'p8a')).match(/refs\/heads\/main/g)?.length, 1)
  await work.commit(says('better'))
  await work.ok('push', 'p8a', 'main')
  assert.is(await which('sturdy'), 'better')
})

git('other branches and tags are kept, and it is said that they are not deployed; one may be chosen', async () => {
  const work = await new Work('branched').begin()
  await work.commit(says('main'))
  await work.ok('tag', 'v0')
  const early = await work.refused('push', 'p8a', 'v0', 'main:other')
  assert.match(early, /remote: error: Cannot keep this: there is no pod "branched" yet/)
  await until(() => !existsSync(join(host.data, 'git/branched.git')), 'nothing is left of it')
  await work.ok('push', 'p8a', 'main')
  await work.ok('checkout', '--quiet', '-b', 'dev')
  await work.commit(says('dev'))
  await work.ok('tag', 'v1')
  const said = await work.ok('push', 'p8a', 'dev', 'v1')
  assert.match(said, /remote: Branch dev is kept; only the branch main is deployed; .*-o branch=dev/)
  assert.match(said, /remote: Tag v1 is kept/)
  assert.match(said, /remote: Nothing is deployed/)
  assert.is(await which('branched'), 'main')
  await work.commit({ 'note.txt': 'x' })
  await work.ok('push', '-o', 'branch=dev', 'p8a', 'dev')
  assert.is(await which('branched'), 'dev')
  assert.match(await work.ok('push', 'p8a', ':main'), /remote: Branch main is deleted/)
  assert.match(await work.refused('push', 'p8a', ':dev'), /it is the one that is deployed/)
})

git('a push by force goes back, and a push beside it is refused where it is stale', async () => {
  const work = await new Work('forced').begin()
  await work.commit(says('old'))
  await work.ok('push', 'p8a', 'main')
  await work.commit(says('new'))
  await work.ok('push', 'p8a', 'main')
  await work.ok('reset', '--hard', '--quiet', 'HEAD~1')
  assert.match(await work.refused('push', 'p8a', 'main'), /rejected/)
  await work.ok('push', '--force', 'p8a', 'main')
  assert.is(await which('forced'), 'old')
})

git('of two pushes at once one is deployed, and the other one learns that it came late', async () => {
  const work = await new Work('raced').begin()
  await work.commit(says('base'))
  await work.ok('push', 'p8a', 'main')
  const slow = { main: 'main.mjs', scripts: { build: 'sleep 1' }, pod: { listen: 'auto' } }
  await work.ok('checkout', '--quiet', '-b', 'left')
  await work.commit({ ...says('left'), 'package.json': JSON.stringify(slow) })
  await work.ok('checkout', '--quiet', '-b', 'right', 'main')
  await work.commit({ ...says('right'), 'package.json': JSON.stringify(slow) })
  const both = await Promise.all(['left', 'right'].map(side => work.git('push', '--force', 'p8a', `${side}:main`)))
  assert.equal(both.map(({ code }) => code).sort(), [0, 1], both.map(({ stderr }) => stderr).join('\n'))
  const winner = both[0]?.code === 0 ? 'left' : 'right'
  assert.is(await which('raced'), winner)
  assert.match(both.map(({ stderr }) => stderr).join(), /another push has moved it meanwhile|cannot lock ref|stale/)
  const tip = (await work.ok('rev-parse', winner)).trim()
  assert.match(await work.ok('ls-remote', 'p8a', 'main'), tip)
})

git('a push that breaks off ends its build, and leaves all as it was', async () => {
  const work = await new Work('cut').begin()
  await work.commit(says('whole'))
  await work.ok('push', 'p8a', 'main')
  const mark = join(host.dir, 'building')
  const scripts = { build: `echo $$ > '${mark}'; sleep 60` }
  await work.commit({ ...says('half'), 'package.json': JSON.stringify({ main: 'main.mjs', scripts }) })
  const pushing = work.start('push', 'p8a', 'main')
  await until(() => existsSync(mark), 'the build has begun')
  const build = Number(await until(() => readFileSync(mark, 'utf8').trim(), 'the build has said its pid'))
  process.kill(-Number(pushing.pid), 'SIGKILL')
  await until(() => !isAlive(build), 'the build has ended')
  assert.is(await which('cut'), 'whole')
  await work.commit(says('next'))
  await work.ok('push', 'p8a', 'main')
  assert.is(await which('cut'), 'next')
  const left = readdirSync(join(host.data, 'git', 'cut.git')).filter(name => name.startsWith('checkout-'))
  assert.equal(left, [])
})

git('a folder of the repository may be chosen, and is remembered', async () => {
  const work = await new Work('part').begin()
  const within = (text: string) =>
    Object.fromEntries(Object.entries(says(text)).map(([file, content]) => [`apps/web/${file}`, content]))
  await work.commit({ ...within('within'), 'readme.md': 'nothing to start' })
  assert.match(await work.refused('push', '-o', 'folder=apps/none', 'p8a', 'main'), /There is no folder "apps\/none"/)
  assert.match(await work.refused('push', '-o', 'folder=../x', 'p8a', 'main'), /not within the repository/)
  assert.match(await work.refused('push', '-o', 'nonsense', 'p8a', 'main'), /Cannot read the push option "nonsense"/)
  await work.ok('push', '-o', 'folder=apps/web', 'p8a', 'main')
  await work.commit(within('again'))
  await work.ok('push', 'p8a', 'main')
  assert.is(await which('part'), 'again')
})

git('a Procfile is several pods; its release is run first, and a failing one refuses the push', async () => {
  const work = await new Work('shop').begin()
  const web = (text: string) =>
    `require('http').createServer((_, response) => response.end('${text}')).listen(process.env.PORT)`
  const procfile = 'web: node web.js\nno process\nworker: node worker.js\nrelease: node migrate.js\n'
  const files = {
    Procfile: procfile,
    'package.json': '{}',
    'web.js': web('one'),
    'worker.js': "console.log('works'); setInterval(() => {}, 1000)",
    'migrate.js': "console.log('migrated', process.env.BASE ?? 'nothing')",
  }
  await work.commit(files)
  const said = await work.ok('push', 'p8a', 'main')
  assert.match(said, /remote: .*"no process" of the Procfile is not NAME: COMMAND/)
  assert.match(said, /remote: migrated nothing/)
  const [port] = (await host.status('shop')).ports ?? []
  assert.is(await (await fetch(`http://${port?.address.replace('*', '127.0.0.1')}`)).text(), 'one')
  assert.is((await host.status('shop-worker')).status, 'up')
  await host.ask('pod.env', { name: 'shop', set: { BASE: 'a base' } })
  await work.commit({ 'web.js': web('two') })
  assert.match(await work.ok('push', 'p8a', 'main'), /remote: migrated a base/)
  await work.commit({ 'web.js': web('three'), 'migrate.js': "console.log('cannot'); process.exit(4)" })
  const refused = await work.refused('push', 'p8a', 'main')
  assert.match(refused, /remote: cannot.*the release has failed: it ended with code 4/s)
  assert.is(await (await fetch(`http://${port?.address.replace('*', '127.0.0.1')}`)).text(), 'two')
  await work.commit({ 'migrate.js': '', 'worker.js': 'throw new Error("no worker")' })
  assert.match(await work.refused('push', 'p8a', 'main'), /remote: Going back with shop/)
  assert.is(await (await fetch(`http://${port?.address.replace('*', '127.0.0.1')}`)).text(), 'two')
})

git('a commit of many files or bytes is refused before it is laid out, however small its pack is', async () => {
  const work = await new Work('many').begin()
  await work.commit(says('one'))
  await work.ok('push', 'p8a', 'main')
  const tree = async (lines: string) => {
    const { stdout } = await host.run('git', ['mktree'], { cwd: work.dir, env: identity, input: lines })
    return stdout.trim()
  }
  const blob = (await work.ok('hash-object', '-w', 'main.mjs')).trim()
  const named = (mode: string, hash: string) =>
    Array.from({ length: 1000 }, (_, at) => `${mode} ${hash}\tn${at}\n`).join('')
  const top = await tree(named('040000 tree', await tree(named('100644 blob', blob))))
  const bomb = (await work.ok('commit-tree', top, '-p', 'HEAD', '-m', 'a million')).trim()
  assert.match(await work.refused('push', 'p8a', `${bomb}:main`), /more than 100000 files[\s\S]*maxTreeFiles/)
  writeFileSync(join(work.dir, 'zeros'), Buffer.alloc(2 ** 20))
  const zeros = (await work.ok('hash-object', '-w', 'zeros')).trim()
  const large = (
    await work.ok('commit-tree', await tree(named('100644 blob', zeros)), '-p', 'HEAD', '-m', '1 GB')
  ).trim()
  assert.match(await work.refused('push', 'p8a', `${large}:main`), /more than 536870912 bytes[\s\S]*maxTreeBytes/)
  assert.is((await host.status('many')).version, 1)
})

git('files of Git LFS are refused with a word', async () => {
  const work = await new Work('large').begin()
  const pointer = `version https://git-lfs.github.com/spec/v1\noid sha256:${'0'.repeat(64)}\nsize 12345\n`
  await work.commit({ ...says('x'), 'film.mp4': pointer })
  assert.match(await work.refused('push', 'p8a', 'main'), /"film\.mp4" is kept by Git LFS/)
  await until(() => !existsSync(join(host.data, 'git', 'large.git')), 'nothing is left of a pod that never was')
})

git('only a token with the role deploy, and for that path, may push or fetch', async () => {
  const work = await new Work('guarded', { token: 'wrong' }).begin()
  await work.commit(says('x'))
  assert.match(await work.refused('push', 'p8a', 'main'), /remote: The password for git is a token.*--role deploy/)
  const { token } = await host.ask('host.token.add', { name: 'reader', role: 'read' })
  const reader = await new Work('guarded', { token, dir: 'reader' }).begin()
  await reader.commit(says('x'))
  assert.match(
    await reader.refused('push', 'p8a', 'main'),
    /remote: Cannot push to "\w+", nor fetch it: your token has the role read/,
  )
  assert.match(await reader.refused('fetch', 'p8a'), /403/)
  const deployer = await host.ask('host.token.add', { name: 'ci', role: 'deploy' })
  const ci = await new Work('guarded', { token: deployer.token, dir: 'ci' }).begin()
  await ci.commit(says('x'))
  await ci.ok('push', 'p8a', 'main')
  const { versions } = await host.ask('pod.versions', { name: 'guarded' })
  assert.is(versions[0]?.by, 'ci')
  await ci.ok('remote', 'set-url', 'p8a', ci.url.replace('/guarded', '/nowhere.web'))
  assert.match(await ci.refused('push', 'p8a', 'main'), /remote: There is no host at "nowhere"/)
})

git('a quota of images bounds what the repositories of a path keep, whatever is deployed of it', async () => {
  await host.push('namespace', 'tight')
  await host.begin('tight', { params: { name: 'tight' } })
  await host.ask('quota.set', { tenant: 'tight', bounds: { images: '2MB' } })
  const work = await new Work('tight.web').begin()
  await work.commit(says('x'))
  await work.ok('push', 'p8a', 'main')
  const large = async (name: string) => {
    await work.ok('checkout', '--quiet', '-b', name)
    await work.commit({ [name]: randomBytes(1_200_000).toString('latin1') })
    return ['push', 'p8a', name]
  }
  await work.ok(...(await large('first')))
  const second = await large('second')
  assert.match(await work.refused(...second), /pack exceeds maximum allowed size/)
  await host.ask('quota.set', { tenant: 'tight', bounds: { images: '1MB' } })
  assert.match(
    await work.refused(...second),
    /remote: Cannot push: "tight" may have 1\.0 MB of images, and has 1\.\d MB/,
  )
  await work.ok('fetch', 'p8a')
  await host.ask('quota.set', { tenant: 'tight', bounds: { images: null } })
  await work.ok(...second)
})

git('two pushes at once to pods of one quota bring no more than there is room for', async () => {
  await host.push('namespace', 'racing')
  await host.begin('racing', { params: { name: 'racing' } })
  await host.ask('quota.set', { tenant: 'racing', bounds: { images: '2MB' } })
  const both = [await new Work('racing.one').begin(), await new Work('racing.two').begin()]
  for (const work of both) {
    await work.commit(says('x'))
    await work.ok('push', 'p8a', 'main')
    await work.ok('checkout', '--quiet', '-b', 'bulk')
    await work.commit({ bulk: randomBytes(1_200_000).toString('latin1') })
  }
  const pushed = await Promise.allSettled(both.map(async work => await work.ok('push', 'p8a', 'bulk')))
  assert.equal(pushed.map(({ status }) => status).sort(), ['fulfilled', 'rejected'])
})

git('a build holds up no push to another pod of the same quota', async () => {
  await host.ask('quota.set', { tenant: 'racing', bounds: { images: '20MB' } })
  const [slow, quick] = [await new Work('racing.slow').begin(), await new Work('racing.quick').begin()]
  const [mark, go] = [join(host.dir, 'slow'), join(host.dir, 'go')]
  const scripts = { build: `touch '${mark}'; for i in $(seq 1200); do [ -e '${go}' ] && exit; sleep 0.1; done; exit 1` }
  await slow.commit({ ...says('x'), 'package.json': JSON.stringify({ main: 'main.mjs', scripts }) })
  await quick.commit(says('x'))
  const pushed = slow.ok('push', 'p8a', 'main')
  await until(() => existsSync(mark), 'the build has begun')
  await quick.ok('push', 'p8a', 'main')
  writeFileSync(go, '')
  await pushed
})

git('the repository goes with the pod', async () => {
  const work = await new Work('brief').begin()
  await work.commit(says('x'))
  await work.ok('push', 'p8a', 'main')
  assert.ok(existsSync(join(host.data, 'git', 'brief.git')))
  await host.remove('brief')
  assert.not.ok(existsSync(join(host.data, 'git', 'brief.git')))
  await work.ok('push', 'p8a', 'main')
  assert.is(await which('brief'), 'x')
})

test.run()
