import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { environment, environmentWith } from '../../cli/environment.ts'

/** Does `work` with these variables set, and no others. */
function having<T>(variables: Record<string, string>, work: () => T): T {
  const { env } = process
  try {
    process.env = variables
    return work()
  } finally {
    process.env = env
  }
}

test('an empty variable counts as not set, but for a time zone and colors', () => {
  const names = { P8A_DATA: '', P8A_TOKEN: '', P8A_HOST_TIMEOUT: '', HOME: '', P8A_DEBUG: '', TZ: '', FORCE_COLOR: '' }
  having(names, () => {
    const { dataDir, token, hostTimeout, home, isDebug, timeZone, decidesColor } = environment
    assert.equal([dataDir, token, hostTimeout, home, isDebug], [undefined, undefined, undefined, undefined, false])
    assert.equal([timeZone, decidesColor], ['', true])
  })
})

test('each variable has its meaning', () => {
  having({ P8A_DATA: '/data', P8A_TOKEN: 't', HOME: '/home/ada', P8A_DEBUG: '1' }, () => {
    const { dataDir, token, home, isDebug, decidesColor } = environment
    assert.equal([dataDir, token, home, isDebug, decidesColor], ['/data', 't', '/home/ada', true, false])
  })
})

test('a folder for configs, and a home, that is no absolute path is ignored', () => {
  for (const HOME of ['', 'ada', './ada', '~'])
    assert.is(
      having({ HOME }, () => environment.home),
      undefined,
    )
  assert.is(
    having({ XDG_CONFIG_HOME: 'config' }, () => environment.configHome),
    undefined,
  )
  assert.is(
    having({ XDG_CONFIG_HOME: '/config' }, () => environment.configHome),
    '/config',
  )
})

test('environmentWith() adds what is not set, and overrides nothing', () => {
  assert.equal(
    having({ A: '1' }, () => environmentWith({ A: '2', B: '3' })),
    { A: '1', B: '3' },
  )
})

test.run()
