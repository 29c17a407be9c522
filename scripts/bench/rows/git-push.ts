// A deploy by git: one file changes, and the pod is reloaded with it.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { run } from '../command.ts'
import type { Row } from './row.ts'

export const gitPush: Row = {
  id: 'git-push',
  title: 'git push of one changed file',
  how: 'A repository of 20 files, a server of `node:http` without packages, is pushed and its pod started. Then one file changes, and the row shows the time of `git push` as typed in a shell: it ends when the new version is up and the old one is not asked any more. `git` itself: the same push to a bare repository in a folder, which does nothing with it.',
  figures: [
    { id: 'reloaded', title: 'git push of one changed file → reloaded', unit: 'ms', aim: '' },
    { id: 'bare', title: 'git push to a bare repository, for comparison', unit: 'ms', aim: '' },
  ],
  isFor: manager => manager.view !== undefined,
  async measure(session) {
    const { manager, samples, env } = session
    await manager.up([])
    const view = manager.view?.()
    if (!view) return
    const [dir, bare] = [join(session.dir, 'work'), join(session.dir, 'bare.git')]
    mkdirSync(dir)
    const git = async (...args: string[]) => await run({ program: 'git', args, env: { ...env, ...identity }, cwd: dir })
    await git('init', '--quiet', '--initial-branch=main')
    await git('init', '--quiet', '--bare', '--initial-branch=main', bare)
    await git('remote', 'add', 'bare', bare)
    await git('remote', 'add', 'p8a', `http://any:${view.token}@127.0.0.1:${view.port}/git/web`)
    for (let at = 0; at < 18; at++) writeFileSync(join(dir, `text-${at}.txt`), `${'0123456789abcdef'.repeat(64)}\n`)
    writeFileSync(join(dir, 'package.json'), JSON.stringify({ main: 'index.js', p8a: { listen: 'auto' } }))
    const commit = async (mark: number) => {
      const answer = `(request, response) => response.end('${mark}')`
      writeFileSync(join(dir, 'index.js'), `require('node:http').createServer(${answer}).listen(process.env.PORT)\n`)
      await git('add', '--all')
      await git('commit', '--quiet', '--message', `mark ${mark}`)
    }
    await commit(0)
    for (const remote of ['p8a', 'bare']) await git('push', '--quiet', remote, 'main')
    for (let round = session.rounds({ full: 10, quick: 4 }); round > 0; round--) {
      await commit(round)
      samples.add('reloaded', (await git('push', '--quiet', 'p8a', 'main')).tookMs)
      samples.add('bare', (await git('push', '--quiet', 'bare', 'main')).tookMs)
    }
  },
}

const identity = {
  GIT_AUTHOR_NAME: 'Ann',
  GIT_AUTHOR_EMAIL: 'ann@example.org',
  GIT_COMMITTER_NAME: 'Ann',
  GIT_COMMITTER_EMAIL: 'ann@example.org',
  GIT_TERMINAL_PROMPT: '0',
  GIT_CONFIG_NOSYSTEM: '1',
}
