// Which folders the patterns of a workspace name.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { matcherOf } from '../../../cli/folder/package-pattern.ts'

test('matcherOf() takes the patterns that npm, pnpm and yarn know', () => {
  const cases: [patterns: string[], is: string[], isNot: string[]][] = [
    [['packages/*'], ['packages/a'], ['packages', 'packages/a/b', 'xpackages/a', '']],
    [['./packages/*/'], ['packages/a'], ['a']],
    [['web'], ['web'], ['web2', 'x/web']],
    [['apps/**'], ['apps/a', 'apps/a/b'], ['apps']],
    [['**/pkg'], ['pkg', 'a/pkg', 'a/b/pkg'], ['pkg2', 'apkg']],
    [['{apps,libs}/*'], ['apps/a', 'libs/b'], ['other/a']],
    [['packages/*', '!packages/old'], ['packages/new'], ['packages/old']],
    [
      ['packages/?', 'a.b'],
      ['packages/x', 'a.b'],
      ['packages/xy', 'aXb'],
    ],
    [[], [], ['a', '']],
  ]
  for (const [patterns, is, isNot] of cases) {
    const matches = matcherOf(patterns)
    for (const path of is) assert.ok(matches(path), `${patterns} ${path}`)
    for (const path of isNot) assert.not(matches(path), `${patterns} ${path}`)
  }
})

test.run()
