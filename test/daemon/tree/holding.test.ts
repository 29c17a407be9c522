import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { Inside } from '../inside/host.ts'

/** `web` needs `db`, which needs `disk`. `ended` has who ended, in order. */
async function opened() {
  const host = await Inside.open()
  const ended: string[] = []
  host.kept.root.pods.watch({ onChanged: () => {}, onEnded: (_, { run }) => ended.push(run) })
  for (const name of ['disk', 'db', 'web', 'other']) await host.push(name)
  await host.do('pod.start', { name: 'db', config: { needs: ['disk'] } })
  await host.do('pod.start', { name: 'web', config: { needs: ['db'] } })
  await host.do('pod.start', { name: 'other' })
  return { host, ended, holding: host.kept.root.pods.holding }
}

test('holdDependents() ends who needs a pod, outermost first, and lets it run again', async () => {
  const { host, ended, holding } = await opened()
  await using _ = host
  const release = await holding.holdDependents('disk')
  assert.equal(ended, ['web.1', 'db.1'])
  assert.equal([(await host.status('web')).want, (await host.status('disk')).status], ['up', 'up'])
  await release()
  await host.becomes('web', 'up')
  assert.is((await host.status('other')).runs[0]?.id, 'other.1')
})

test('holdDependents() leaves alone who does not run', async () => {
  const { host, ended, holding } = await opened()
  await using _ = host
  await host.do('pod.stop', { name: 'web' })
  const release = await holding.holdDependents('db')
  await release()
  assert.equal(ended, ['web.1'])
  assert.is((await host.status('web')).status, 'idle')
})

test('hold() ends all runs until release(), and what is wanted stays', async () => {
  const { host, ended, holding } = await opened()
  await using _ = host
  await holding.hold()
  assert.equal([ended.toSorted(), holding.isHeld], [['db.1', 'disk.1', 'other.1', 'web.1'], true])
  assert.is((await host.status('web')).want, 'up')
  await host.push('late')
  await host.do('pod.start', { name: 'late', wait: false })
  assert.equal((await host.status('late')).runs, [])
  await holding.release()
  for (const name of ['disk', 'db', 'web', 'other', 'late']) await host.becomes(name, 'up')
})

test('hold() is over as soon as what it ends is let run again', async () => {
  const { host, holding } = await opened()
  await using _ = host
  host.machine.shimOf('other.1').isStubborn = true
  const held = holding.hold()
  await holding.release()
  await held
  host.machine.shimOf('other.1').end(0, null)
  assert.not(holding.isHeld)
})

test('endRuns() ends who needs another before that, and takes up nothing new', async () => {
  const { host, ended, holding } = await opened()
  await using _ = host
  await holding.endRuns()
  const order = ended.filter(run => run !== 'other.1')
  assert.equal(order, ['web.1', 'db.1', 'disk.1'])
  assert.ok(holding.isLeaving)
})

test('holdDependents() lets nothing run again while all is held', async () => {
  const { host, holding } = await opened()
  await using _ = host
  const release = await holding.holdDependents('db')
  await holding.hold()
  await release()
  assert.equal((await host.status('web')).runs, [])
})

test.run()
