import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { textsIn } from '../../../scripts/source/texts.ts'

test('textsIn() finds texts of either quotes and the parts of templates, and nothing of comments', () => {
  const code = `// 'no text'
const name: string = 'one'
throw new Error(\`two \${name + "three"} four\`, { hint: 'five' })
`
  assert.equal(textsIn(code).sort(), [' four', 'five', 'one', 'three', 'two '])
})

test.run()
