import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { dataDir, hostOutputFile, socketFile, tokenFile } from '../../../cli/host/data-dir.ts'

const { P8A_DATA: before, HOME: home } = process.env

test.after.each(() => {
  if (before === undefined) delete process.env.P8A_DATA
  else process.env.P8A_DATA = before
  process.env.HOME = home
})

test('dataDir() is what was given, else P8A_DATA, else that of the user, and always absolute', () => {
  process.env.P8A_DATA = '/of/env'
  assert.is(dataDir('/given'), '/given')
  assert.is(dataDir(undefined), '/of/env')
  assert.is(dataDir('here'), `${process.cwd()}/here`)
  process.env.P8A_DATA = ''
  process.env.HOME = '/home/ann'
  assert.is(dataDir(undefined), process.getuid?.() === 0 ? '/var/lib/p8a' : '/home/ann/.p8a')
})

test('dataDir() takes a ~ that no shell has replaced for the home directory, wherever it stands', () => {
  process.env.HOME = '/home/ann'
  process.env.P8A_DATA = '~/of/env'
  assert.equal(
    [dataDir('~/x'), dataDir('~'), dataDir('/a/~'), dataDir('~ann/x'), dataDir(undefined)],
    ['/home/ann/x', '/home/ann', '/a/~', `${process.cwd()}/~ann/x`, '/home/ann/of/env'],
  )
})

test('the files of a host lie in its data directory', () => {
  assert.equal(
    [socketFile('/d'), tokenFile('/d'), hostOutputFile('/d')],
    ['/d/host.sock', '/d/token', '/d/logs/host.out'],
  )
})

test.run()
