import { test } from 'uvu'
import { run } from '../../../cli/commands/serve.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'
import { doing } from './doing.ts'

test('run() serves folders alone, under a name that a pod may have', async () => {
  using at = scratch()
  const file = at.file('page.html', '')
  for (const given of [file, at.path('gone')]) await failsWith('file_not_found', () => doing(run, { args: [given] }))
  await failsWith('bad_name', () => doing(run, { args: [at.dir], options: { name: 'No Name' } }))
  await failsWith('usage', () => doing(run, { args: [at.dir], options: { port: '70000' } }))
})

test.run()
