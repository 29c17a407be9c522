import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { hidesInterpreter, refuseMarked } from '../../../daemon/script/byte-order-mark.ts'
import { failsWith } from '../../fails.ts'

test('refuseMarked() refuses a script with a byte order mark, and says what that does', async () => {
  const marked = await failsWith('bad_image', () => refuseMarked(Buffer.from('\uFEFF#!/bin/bash\ntrue\n'), 'a.sh'))
  assert.match(marked.message, 'the script begins with a byte order mark, so that its #! line is not seen')
  const plain = await failsWith('bad_image', () => refuseMarked(Buffer.from('\uFEFFtrue\n'), 'a.sh'))
  assert.match(plain.message, /begins with a byte order mark$/)
  const wide = await failsWith('bad_image', () => refuseMarked(Buffer.from('\uFEFFtrue\n', 'utf16le'), 'a.sh'))
  assert.match(wide.message, 'UTF-16')
  for (const text of ['#!/bin/sh\n', 'true\n', 'echo \uFEFF\n', '']) refuseMarked(Buffer.from(text), 'a.sh')
})

test('hidesInterpreter() knows what would be run by its #! line, but for the mark', () => {
  assert.ok(hidesInterpreter(Buffer.from('\uFEFF#!/usr/bin/env python3\n')))
  assert.not(hidesInterpreter(Buffer.from('\uFEFFexport default () => {}\n')))
  assert.not(hidesInterpreter(Buffer.from('#!/bin/sh\n')))
})

test.run()
