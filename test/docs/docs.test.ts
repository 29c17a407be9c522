// The pages are held to what they say: lists of files, settings and keys are complete, links lead somewhere. Their examples are
// run as they stand by the files in pages/, and docs/PROTOCOL.md has a test of its own, test/e2e/wire.test.ts.
// Not tested: the prose, and the two commands at the top of README.md, which are the demo and this very test run.
import { existsSync, globSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { podKeys } from '../../cli/project/manifest.ts'
import { inspectImage } from '../../daemon/image/inspect.ts'
import { desiredSchema } from '../../daemon/store/desired.ts'
import { limitsEntries } from '../../protocol/bounds.ts'
import { checkEntries, configSchema, onEntries } from '../../protocol/config.ts'
import { defaultSettings } from '../../protocol/settings.ts'
import { foldersIn } from '../../scripts/source/design.ts'
import { foldersOf, parts, sourceFiles } from '../../scripts/source/files.ts'
import { headOf } from '../../scripts/source/head.ts'
import { root } from '../paths.ts'
import { blocksOf, read } from './pages.ts'

const test = suite('docs')

test('the pods in README.md are pods', () => {
  const pods = blocksOf(read('README.md')).filter(({ language }) => language === 'js')
  assert.ok(pods.length > 0)
  for (const { text } of pods) assert.not.throws(() => inspectImage(text, { file: 'README.md' }))
})

test('docs/PROJECTS.md names every key of a manifest that is none of a config', () => {
  const page = read('docs/PROJECTS.md')
  for (const key of podKeys.filter(key => !(key in configSchema.entries)))
    assert.ok(page.includes(`\n| \`${key}\` |`), key)
})

test('docs/PODS.md names every key of a config', () => {
  const page = read('docs/PODS.md')
  const { check: _, limits: __, on: ___, ...others } = configSchema.entries
  const keys = [
    ...Object.keys(others),
    ...Object.keys(checkEntries).map(key => `check.${key}`),
    ...Object.keys(limitsEntries).map(key => `limits.${key}`),
    ...Object.keys(onEntries).map(key => `on.${key}`),
  ]
  for (const key of keys) assert.ok(page.includes(`\n| \`${key}\` |`), key)
})

test('docs/FILES.md names every setting with its default, and every key of pod.json', () => {
  const page = read('docs/FILES.md')
  const rows = [...page.matchAll(/^\| `(\w+)` \| `([\d["][^`]*)` \|/gm)].map(([, key = '', value = '']) => [
    key,
    JSON.parse(value),
  ])
  assert.equal(Object.fromEntries(rows), defaultSettings)
  for (const key of Object.keys(desiredSchema.entries)) assert.ok(page.includes(`\n| \`${key}\` |`), key)
})

test('docs/DESIGN.md has two lines for every folder of sources, and for no other', () => {
  const about = foldersIn(read('docs/DESIGN.md'))
  const folders = new Set([...parts, ...foldersOf(sourceFiles(root))])
  assert.equal([...about.keys()].sort(), [...folders].sort())
  for (const [folder, lines] of about) assert.is(lines.length, 2, folder)
})

test('every source file opens with a comment that says what it is', () => {
  assert.equal(
    sourceFiles(root).filter(file => headOf(read(file)) === ''),
    [],
  )
})

test('every link between the pages leads to a file, and to a heading in it', () => {
  for (const from of ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...globSync('docs/*.md', { cwd: root })]) {
    for (const [, link = ''] of read(from).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (link.startsWith('https://')) continue
      const [path = '', anchor] = link.split('#')
      const to = path === '' ? from : join(dirname(from), path)
      assert.ok(existsSync(join(root, to)), `${from}: ${link}`)
      if (anchor !== undefined) assert.ok(anchorsOf(read(to)).includes(anchor), `${from}: ${link}`)
    }
  }
})

/** The anchors of a page's headings, as code hosts make them. */
function anchorsOf(page: string): string[] {
  const headings = [...page.matchAll(/^#+ (.*)$/gm)].map(([, text = '']) => text)
  return headings.map(text =>
    text
      .toLowerCase()
      .replace(/[^\w\- ]/g, '')
      .replaceAll(' ', '-'),
  )
}

test.run()
