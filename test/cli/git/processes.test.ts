import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { processesOf } from '../../../cli/git/processes.ts'
import { failsWith } from '../../fails.ts'

const shop = (kinds: Record<string, string>) => processesOf('shop', new Map(Object.entries(kinds)))

test('processesOf() is one pod without a Procfile', () => {
  assert.equal(processesOf('shop', undefined), { pods: [{ name: 'shop', wantsPort: false }] })
})

test('processesOf() makes a pod of each line, and keeps the release apart', () => {
  assert.equal(shop({ web: 'node ./a.js', Mail_Worker: 'python3 b.py', release: 'node c.js --level 3' }), {
    pods: [
      { name: 'shop', starts: { entry: 'a.js', args: [] }, wantsPort: true },
      { name: 'shop-mail-worker', starts: { command: 'python3 b.py' }, wantsPort: false },
    ],
    release: { name: 'shop-release', starts: { entry: 'c.js', args: ['--level', '3'] }, wantsPort: false },
  })
})

test('processesOf() lets a file of JavaScript start by itself, and what else a shell has to read by that', () => {
  const own = (line: string) => shop({ web: line }).pods[0]
  assert.equal(own('npm start'), { name: 'shop', wantsPort: true })
  for (const command of ['node --inspect a.js', 'node a.js | tee log', 'A=1 node a.js', 'node $FILE', 'gunicorn app'])
    assert.equal(own(command), { name: 'shop', starts: { command }, wantsPort: false }, command)
})

test('processesOf() takes the only process for the pod itself, and refuses to choose among several', async () => {
  assert.equal(shop({ bot: 'sh a' }).pods, [{ name: 'shop', starts: { command: 'sh a' }, wantsPort: false }])
  await failsWith('bad_image', () => shop({ bot: 'a', mail: 'b' }))
  await failsWith('bad_image', () => shop({ release: 'a' }))
})

test.run()
