// Which log files there are.
import { mkdirSync, renameSync, symlinkSync } from 'node:fs'
import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { type LogSeries, listHost, listPods, listRuns } from '../../../daemon/logs/files.ts'
import { LogDir } from './log-dir.ts'

const namesOf = (series: LogSeries) => series.files.map(({ name }) => name)

test('listRuns() gives the runs by number, and the files of each oldest first', async () => {
  using logs = new LogDir()
  for (const name of ['10.log', '2.log', '2.log.1', '2.log.10', '2.log.9']) await logs.write(`web/${name}`, name)
  const runs = await listRuns(logs.dir, 'web')
  assert.equal(
    runs.map(series => [series.of, namesOf(series)]),
    [
      [{ pod: 'web', run: 2 }, ['2.log.1', '2.log.9', '2.log.10', '2.log']],
      [{ pod: 'web', run: 10 }, ['10.log']],
    ],
  )
  assert.equal(
    runs[1]?.files.map(({ size, liveName }) => [size, liveName]),
    [[6, '10.log']],
  )
})

test('listRuns() passes over what is no log: other names, folders, links, the host in a folder of a pod', async () => {
  using logs = new LogDir()
  await logs.write('web/1.log', '')
  for (const name of ['1.log.gz', '1.stdout.raw', 'x.log', '-1.log', '1.log.x', 'host.log', `${'9'.repeat(16)}.log`])
    await logs.write(`web/${name}`, '')
  mkdirSync(logs.path('web/2.log'))
  symlinkSync(logs.path('web/1.log'), logs.path('web/3.log'))
  assert.equal((await listRuns(logs.dir, 'web')).map(namesOf), [['1.log']])
})

test('listRuns() follows no link that stands in the place of a folder', async () => {
  using logs = new LogDir()
  await logs.write('elsewhere/1.log', '')
  symlinkSync(logs.path('elsewhere'), logs.path('web'))
  assert.equal(await listRuns(logs.dir, 'web'), [])
})

test('listPods() gives the folders in order, and none where there is no directory', async () => {
  using logs = new LogDir()
  for (const name of ['worker/1.log', 'api/1.log', 'host.log']) await logs.write(name, '')
  assert.equal(await listPods(logs.dir), ['api', 'worker'])
  assert.equal(await listPods(logs.path('none')), [])
  assert.equal(await listRuns(logs.dir, 'none'), [])
})

test('listHost() gives the log of the host alone, oldest first', async () => {
  using logs = new LogDir()
  for (const name of ['host.log', 'host.log.1', '1.log', 'host.out']) await logs.write(name, '')
  const series = await listHost(logs.dir)
  assert.equal([series.of, namesOf(series)], [undefined, ['host.log.1', 'host.log']])
})

test('a file keeps its id when it is renamed, and another one in its place has one of its own', async () => {
  using logs = new LogDir()
  const idOf = async (name: string) =>
    (await listRuns(logs.dir, 'web'))[0]?.files.find(file => file.name === name)?.id as string
  await logs.write('web/1.log', 'old')
  const before = await idOf('1.log')
  renameSync(logs.path('web/1.log'), logs.path('web/1.log.1'))
  await logs.write('web/1.log', 'new')
  assert.is(await idOf('1.log.1'), before)
  assert.is.not(await idOf('1.log'), before)
})

test.run()
