import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { splitVariables } from '../../../daemon/bounds/barrier.ts'

test('splitVariables() keeps back what loaders, shells and libc obey, and nothing else', () => {
  const early = { HOME: '/', NODE_OPTIONS: '--test', SECRET: 'x', OLD_PATH: '/', MY_LD_PRELOAD: '/' }
  const late = ['PATH', 'LD_PRELOAD', 'LD_AUDIT', 'GLIBC_TUNABLES', 'BASH_FUNC_nice%%', 'BASH_ENV', 'IFS', 'GCONV_PATH']
  const split = splitVariables({ ...early, ...Object.fromEntries(late.map(name => [name, `of ${name}`])) })
  assert.equal(split, { early, late: late.map(name => `${name}=of ${name}`) })
})

test.run()
