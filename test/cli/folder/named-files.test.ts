// The files that a policy names as those of variables. Not here: that they are pushed (walk.test.ts).
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { namedFiles } from '../../../cli/folder/named-files.ts'
import { scratch } from '../../scratch.ts'

test('namedFiles() takes them from pod.json, else from "pod" of package.json; what is wrong there names none', async () => {
  const cases: [Record<string, string>, string[]][] = [
    [{}, []],
    [{ 'package.json': '{"pod":{"envFile":".env"}}' }, ['.env']],
    [{ 'package.json': '{"pod":{"envFile":".env"}}', 'pod.json': '{"envFile":["a","./b/../c"]}' }, ['a', 'c']],
    [{ 'package.json': '{"pod":{"envFile":".env"}}', 'pod.json': '{}' }, []],
    [{ 'pod.json': '{"envFile":["/etc/x","../y","..","",3,null,"..z"]}' }, ['..z']],
    [{ 'pod.json': 'no JSON', 'package.json': '{"pod":{"envFile":".env"}}' }, ['.env']],
    [{ 'package.json': '{"pod":[1]}' }, []],
  ]
  for (const [files, named] of cases) {
    using at = scratch()
    for (const [name, text] of Object.entries(files)) at.file(name, text)
    assert.equal(await namedFiles(at.dir), named, JSON.stringify(files))
  }
})

test.run()
