// In a process of its own, as each test file is: there is no way back.
import { test } from 'uvu'
import { replaceFile } from '../../../daemon/store/state-file.ts'
import { checkUnsealed, seal } from '../../../daemon/system/seal.ts'
import { failsWith } from '../../fails.ts'
import { scratch } from '../../scratch.ts'

test('checkUnsealed() throws once this process is sealed, and no state is written', async () => {
  using at = scratch()
  checkUnsealed()
  await replaceFile(at.path('a.json'), '{}', { durable: false })
  seal()
  await failsWith('host_gone', checkUnsealed)
  await failsWith('host_gone', () => replaceFile(at.path('a.json'), '[]', { durable: false }))
})

test.run()
