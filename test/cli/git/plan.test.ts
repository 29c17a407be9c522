import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { planOf, readChoice, readUpdates } from '../../../cli/git/plan.ts'
import { failsWith } from '../../fails.ts'

const none = '0'.repeat(40)
const one = '1'.repeat(40)
const two = '2'.repeat(40)
const pushed = (ref: string, from = none, to = one) => ({ from, to, ref })
const nothing = { kept: {}, asked: {} }

test('readUpdates() reads the lines that git gives a hook', () => {
  const text = `${none} ${one} refs/heads/main\n${one} ${two} refs/tags/v1\n`
  assert.equal(readUpdates(text), [pushed('refs/heads/main'), pushed('refs/tags/v1', one, two)])
  assert.equal(readUpdates(''), [])
})

test('planOf() deploys main, else master, else what was chosen, now or before', () => {
  const deployed = (refs: string[], given = nothing) =>
    planOf(
      refs.map(ref => pushed(ref)),
      given,
    ).deploy?.branch
  assert.is(deployed(['refs/heads/dev', 'refs/heads/main']), 'main')
  assert.is(deployed(['refs/heads/master']), 'master')
  assert.is(deployed(['refs/heads/dev']), undefined)
  assert.is(deployed(['refs/heads/dev', 'refs/heads/main'], { kept: { branch: 'dev' }, asked: {} }), 'dev')
  assert.is(
    deployed(['refs/heads/dev', 'refs/heads/main'], { kept: { branch: 'dev' }, asked: { branch: 'main' } }),
    'main',
  )
  assert.is(deployed(['refs/tags/main']), undefined)
})

test('planOf() says of everything else what becomes of it', () => {
  const { deploy, notes } = planOf(
    [pushed('refs/heads/main'), pushed('refs/heads/a/b'), pushed('refs/tags/v1'), pushed('refs/x', one, none)],
    nothing,
  )
  assert.is(deploy?.update.ref, 'refs/heads/main')
  assert.equal(notes, [
    'Branch a/b is kept; only the branch main is deployed; to deploy it from its next commit on: git push -o branch=a/b',
    'Tag v1 is kept; only the branch main is deployed',
    'Ref refs/x is deleted',
  ])
})

test('planOf() keeps the branch that is deployed from being deleted', async () => {
  await failsWith('usage', () => planOf([pushed('refs/heads/main', one, none)], nothing))
  assert.equal(planOf([pushed('refs/heads/dev', one, none)], nothing).notes, ['Branch dev is deleted'])
})

test('planOf() refuses options that it would forget, since nothing is deployed with them', async () => {
  const main = [pushed('refs/heads/main')]
  await failsWith('usage', () => planOf(main, { kept: {}, asked: { branch: 'nope' } }))
  await failsWith('usage', () => planOf([pushed('refs/heads/dev')], { kept: {}, asked: { folder: 'a' } }))
  await failsWith('usage', () => planOf([pushed('refs/tags/v1')], { kept: {}, asked: { folder: '' } }))
  assert.is(planOf(main, { kept: {}, asked: { branch: 'main' } }).deploy?.branch, 'main')
})

test('readChoice() reads branch and folder, and refuses what leads out or is unknown', async () => {
  assert.equal(readChoice(['branch=dev', 'folder=./apps//web/']), { branch: 'dev', folder: 'apps/web' })
  assert.equal(readChoice(['folder=']), { folder: '' })
  assert.is(planOf([pushed('refs/heads/main')], { kept: { folder: 'a' }, asked: { folder: '' } }).folder, '')
  for (const option of ['folder=../x', 'folder=/etc', 'folder=a/../../b', 'branch=', 'nonsense', ''])
    await failsWith('usage', () => readChoice([option]))
})

test.run()
