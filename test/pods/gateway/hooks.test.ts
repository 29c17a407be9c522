import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { runHooks } from '../../../pods/gateway/hooks.ts'
import { errorOf } from '../../fails.ts'

const hook = (command: string, timeout = 60_000) => ({ on: ['before-start' as const], command, timeout })

async function ran(...hooks: ReturnType<typeof hook>[]): Promise<string[]> {
  const told: string[] = []
  const log = (text: string) => void told.push(text.replace(/\d+ ms$/, '… ms'))
  const about = { pod: 'web', event: 'before-start', cwd: '/', log } as const
  const error = await runHooks(hooks, about).then(
    () => undefined,
    (reason: Error & { code?: string }) => reason,
  )
  return error ? [...told, `${error.code}: ${error.message}`] : told
}

test('runHooks() tells a hook its pod and event, and its lines and its end to the log', async () => {
  assert.equal(await ran(hook('echo $P8A_POD $P8A_EVENT')), [
    'web before-start',
    'before-start of web: echo $P8A_POD $P8A_EVENT: done after … ms',
  ])
})

test('runHooks() stops at the first hook that fails, and ends one that hangs with all that it has begun', async () => {
  const failed = await ran(hook('exit 3'), hook('echo never'))
  assert.equal(failed, [
    'before-start of web: exit 3: code 3 after … ms',
    'hook_failed: The hook before-start of web failed: code 3',
  ])
  assert.match((await ran(hook('sleep 1000 & wait', 20))).at(-1) ?? '', /failed: it took more than 20 ms$/)
  assert.match((await ran(hook('kill -9 $$'))).at(-1) ?? '', /failed: SIGKILL$/)
  await errorOf(() => runHooks([{ ...hook('true') }], { pod: 'w', event: 'after-stop', cwd: '/none', log: () => {} }))
})

test.run()
