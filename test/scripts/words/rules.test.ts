// What the rules of plain words find, and what they leave alone. Where sentences are found: sentences.test.ts.
import { suite } from 'uvu'
import * as assert from 'uvu/assert'
import { rules } from '../../../scripts/words/rules.ts'

const test = suite('rules')

/** The first words of the names of the rules that find something. */
const found = (text: string) => rules.filter(({ pattern }) => pattern.test(text)).map(({ name }) => name)

const wrong: [string, text: string][] = [
  ['a causative "has" that begins', 'Has every verb that changes something leave its line'],
  ['a causative "has"', 'so that it has V8 collect what is left'],
  ['a causative "has"', 'A handler can have the root do it'],
  ['a "who" without anyone', 'print it for who reads without a terminal'],
  ['a sentence about "who"', 'Who has no token gets exit code 4'],
  ['a fronted "of"', 'Of what owners do, whatever their host'],
  ['to be "at" a thing', 'What handlers are at.'],
  ['an old word', 'It is renamed, lest a reader see half of it'],
  ['an inverted sentence', 'Not here is what it does'],
  ['"such as have"', 'Pods such as have a schedule are left out'],
]

const right = [
  'A pod that has to end is asked to.',
  'It has a run to spawn, and the host has no room.',
  'Pods that have met keep calling each other.',
  'It tells who holds the lock, and whoever asks is answered.',
  'A list of runs that have ended.',
  'What the root does at a stop.',
  'Who may do what: the role that each method asks for.',
  'It is of use to those who look.',
  'everywhere here, and therefore there',
]

test('each rule finds its turn of phrase', () => {
  for (const [name, text] of wrong) assert.ok(found(text).includes(name), `${text}: ${found(text)}`)
  for (const { name } of rules)
    assert.ok(
      wrong.some(([of]) => of === name),
      `${name} has a sentence`,
    )
})

test('plain sentences are left alone', () => {
  for (const text of right) assert.equal(found(text), [], text)
})

test.run()
