// Where everything lies.
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { dataPaths, runPaths } from '../../../daemon/system/paths.ts'

test('runPaths() has the files of a run in the folders of its pod, each with its number', () => {
  const pod = dataPaths('/data').pod('web')
  const { raw, ...paths } = runPaths(pod, 7)
  for (const [file, folder] of [
    [paths.record, pod.runs],
    [paths.exit, pod.runs],
    [paths.stdin, pod.runs],
    [paths.log, pod.logs],
    [raw.stdout, pod.logs],
    [raw.stderr, pod.logs],
  ] as const)
    assert.ok(file.startsWith(`${folder}/7.`), file)
  const all = [...Object.values(paths), ...Object.values(raw)]
  assert.is(new Set(all).size, all.length)
})

test('dataPaths() has every path below the data directory, and no two the same', () => {
  const { data, image, pod, repository, ...files } = dataPaths('/data')
  const all = [...Object.values(files), repository('web'), image('a'), ...Object.values(pod('web'))]
  for (const path of all) assert.ok(path.startsWith('/data/'), path)
  assert.is(new Set(all).size, all.length)
  assert.is(data, '/data')
})

test.run()
