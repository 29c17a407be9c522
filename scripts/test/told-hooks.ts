// Loaded before each test file, where it stands for uvu: what a hook throws is written out. uvu keeps that to itself, and leaves
// out the tests that were to come without a word. execa comes in the one file that was built, as in what ships: to load its hundred
// files takes a tenth of a second in each of a hundred processes.
import { registerHooks } from 'node:module'
import { suite as plainSuite, test as plainTest, type Test } from 'uvu'

type Hook<T> = Parameters<Test<T>['before']>[0]

const execa = new URL('../../dist/execa.mjs', import.meta.url).href

registerHooks({
  resolve: (specifier, context, next) => {
    if (specifier === 'uvu') return { url: import.meta.url, format: 'module-typescript', shortCircuit: true }
    return next(specifier === 'execa' ? execa : specifier, context)
  },
})

export const test = withToldHooks(plainTest, '')

export function suite<T>(name = '', state?: T): Test<T> {
  return withToldHooks(plainSuite(name, state), name)
}

function withToldHooks<T>(test: Test<T>, suite: string): Test<T> {
  for (const at of ['before', 'after'] as const) {
    const plain = test[at]
    const { each } = plain
    test[at] = Object.assign((hook: Hook<T>) => plain(told(hook, `${suite}  "${at}"`)), {
      each: (hook: Hook<T>) => each(told(hook, `${suite}  "${at}.each"`)),
    })
  }
  return test
}

function told<T>(hook: Hook<T>, where: string): Hook<T> {
  return async state => {
    try {
      await hook(state)
    } catch (error) {
      const { stack = String(error) } = Object(error) as { stack?: string }
      // As uvu writes of a test that failed: see failuresIn().
      process.stdout.write(`\n   FAIL  ${where}\n    ${stack.replaceAll('\n', '\n    ')}\n`)
      throw error
    }
  }
}
