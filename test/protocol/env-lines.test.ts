import { test } from 'uvu'
import * as assert from 'uvu/assert'
import { parseVariables } from '../../protocol/env-lines.ts'

const right: [text: string, variables: Record<string, string>][] = [
  ['A=1\nB=2', { A: '1', B: '2' }],
  ['\uFEFFA=1\r\nB=2\r\n', { A: '1', B: '2' }],
  ['# a comment\n\n  # another\nA=1', { A: '1' }],
  ['export A=1\n  export  B = 2 ', { A: '1', B: '2' }],
  ['A=\nB= # empty\nC=""', { A: '', B: '', C: '' }],
  ['A=a=b\nB==', { A: 'a=b', B: '=' }],
  ['A=1\nA=2', { A: '2' }],
  ['__proto__=1\nconstructor=2', JSON.parse('{"__proto__":"1","constructor":"2"}')],
  // A # begins a comment behind a blank alone.
  ['A=pass#word', { A: 'pass#word' }],
  ['A=#fff', { A: '#fff' }],
  ['A=a b # c # d', { A: 'a b' }],
  ["A=it's # c", { A: "it's" }],
  // In quotes all is of the value, over several lines too.
  ['A="a # b" # c', { A: 'a # b' }],
  ['A="one\ntwo"\nB=1', { A: 'one\ntwo', B: '1' }],
  ['A="one\\ntwo \\"three\\" \\\\n"', { A: 'one\ntwo "three" \\n' }],
  ['A=\'one\\ntwo "three"\'', { A: 'one\\ntwo "three"' }],
  ['A=`it\'s "so"`', { A: 'it\'s "so"' }],
  ['A=`x`y', { A: '`x`y' }],
  // JSON is whole.
  ['A={"a": "b # c"}', { A: '{"a": "b # c"}' }],
  ['A=[1, "#2 # 3"]', { A: '[1, "#2 # 3"]' }],
  ['A={"a": 1} # c', { A: '{"a": 1}' }],
  // Nothing is put in for anything.
  ['A=$HOME ${B} `', { A: '$HOME ${B} `' }],
]

for (const [text, variables] of right) {
  test(`parseVariables() reads ${JSON.stringify(text)}`, () => {
    assert.equal(parseVariables(text), { variables, wrong: [] })
  })
}

const wrong: [text: string, line: number, why: RegExp][] = [
  ['A=1\nB\nC=3', 2, /has no "="/],
  ['A: 1', 1, /has no "="/],
  ['export A', 1, /has no "="/],
  ['KEY=-----BEGIN\nMII\n-----END', 2, /has no "="/],
  ['1A=2', 1, /begins with no name/],
  ['=x', 1, /begins with no name/],
  ['a-b=1', 1, /begins with no name/],
  ['A=1\nB="open\nC=3', 2, /\(B\) begins with ", which does not end/],
  [`A='x' 'y'`, 1, /\(A\) has text behind the closing '/],
  ['A="x"# no comment', 1, /\(A\) has text behind the closing "/],
  ['A=say "a # b" now', 1, /\(A\) has a # within quotes or brackets/],
  ['A={a: b # c}', 1, /\(A\) has a # within quotes or brackets/],
  ['A="one\ntwo"\nB', 3, /has no "="/],
]

for (const [text, line, why] of wrong) {
  test(`parseVariables() names the line of ${JSON.stringify(text)} that is none`, () => {
    const [first] = parseVariables(text).wrong
    assert.is(first?.line, line)
    assert.match(first?.why ?? '', why)
  })
}

test.run()
