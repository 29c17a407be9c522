import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { isForGit, readGitUrl } from '../../../../daemon/server/http/git-path.ts'

test('readGitUrl() reads the pod and what git asks for', () => {
  const web = { path: '', name: 'web' }
  assert.equal(readGitUrl('/git/web/info/refs?service=git-receive-pack'), {
    ...web,
    service: 'git-receive-pack',
    isAdvert: true,
  })
  assert.equal(readGitUrl('/git/web.git/git-upload-pack'), { ...web, service: 'git-upload-pack', isAdvert: false })
  assert.equal(readGitUrl('/git/inner.deep.web/git-receive-pack')?.path, 'inner.deep')
})

test('readGitUrl() knows nothing else', () => {
  const others = [
    '/git/',
    '/git/web',
    '/git/web/HEAD',
    '/git/web/info/refs',
    '/git/web/info/refs?service=git-upload-archive',
    '/git/web/objects/info/packs',
    '/git/../git-receive-pack',
    '/git/a/b/git-receive-pack',
    '/git/%2e%2e/git-receive-pack',
  ]
  for (const url of others) {
    const found = readGitUrl(url)
    assert.ok(found === undefined || found.name === '', url)
  }
  assert.equal([isForGit('/git/x'), isForGit('/gitx'), isForGit('/rpc')], [true, false, false])
})

test.run()
