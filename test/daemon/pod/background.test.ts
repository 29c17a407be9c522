import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { backgroundText } from '../../../daemon/pod/background.ts'

test('backgroundText() names what is there, once each, and the way of a program that it knows', () => {
  assert.is(
    backgroundText(['nginx', 'nginx']),
    "it went into the background (nginx), and was ended there; to keep it in the foreground: nginx -g 'daemon off;'",
  )
  assert.match(backgroundText(['php-fpm8.2']), /: php-fpm -F$/)
  assert.match(backgroundText(['sh', 'own']), /\(sh, own\).*: the option of the program that keeps it there$/)
})

test.run()
