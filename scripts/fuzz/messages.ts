// Requests to a host: every method with parameters that are nearly right, in messages that are nearly right.
import fc from 'fast-check'
import { type MethodName, methods } from '../../protocol/methods.ts'
import { asJson, nearly, oddText, oddValue, textOf } from './garbage.ts'

const duration = fc.oneof(fc.nat(100_000), fc.constantFrom('10s', '5ms', '1d', '1.5h'))

/** A pod's policy. */
export const config: fc.Arbitrary<unknown> = nearly({
  restart: fc.constantFrom('always', 'on-failure', 'never'),
  retries: fc.integer({ min: 1, max: 5 }),
  scale: fc.integer({ min: 1, max: 3 }),
  startTimeout: duration,
  stopTimeout: duration,
  readyAfter: duration,
  minUptime: duration,
  check: nearly({ interval: duration, timeout: duration, failures: fc.integer({ min: 1, max: 5 }) }),
  env: fc.dictionary(fc.constantFrom('A', 'PATH', 'NODE_OPTIONS_', 'a b', ''), oddText, { maxKeys: 2 }),
  cwd: fc.oneof(fc.constantFrom('.', '/'), oddText),
  nodeFlags: fc.array(fc.constantFrom('--no-warnings', '--expose-gc', '-x', '--\0'), { maxLength: 2 }),
})

/** The pods that tests have; the others there are not. */
export const podName: fc.Arbitrary<string> = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom('fuzzed', 'other', 'fuzzed.1', 'other.2') },
  { weight: 1, arbitrary: oddText },
)

const time = fc.oneof(
  fc.constantFrom('2026-11-20T10:00:00.000Z', '2026-02-31T00:00:00Z', '2026-11-20T24:00:00Z', '2026-11-20T10:00:00+05'),
  fc.constantFrom('9999-12-31T23:59:59.999Z', '2026-11-20T10:00:60Z', '2026-11-20T10:00:00+99:99', '2026-13-01T00:00Z'),
  oddText,
)

const members: Record<string, fc.Arbitrary<unknown>> = {
  path: fc.oneof({ weight: 6, arbitrary: fc.constant('') }, oddText),
  name: podName,
  token: oddText,
  pods: fc.constant(false),
  code: fc.oneof(
    fc.constantFrom('export default async () => {}', 'module.exports = () => {}', 'export const config = {'),
    fc.constantFrom('('.repeat(50_000), 'a.'.repeat(20_000), 'export default () => { /* */ }'),
    oddText,
  ),
  map: fc.oneof(
    fc.constantFrom('{"version":3,"sources":["a.ts"],"mappings":"AAAA"}', '{"mappings":"!!"}', '{"sections":5}'),
    oddText,
  ),
  file: oddText,
  params: fc.dictionary(oddText, oddText, { maxKeys: 3 }),
  config,
  wait: fc.constant(false),
  scale: fc.integer({ min: 1, max: 3 }),
  usage: fc.boolean(),
  force: fc.boolean(),
  limit: fc.integer({ min: 1, max: 1000 }),
  run: fc.constantFrom('fuzzed.1', '1', '../1', '1e9', '0', 'other.1'),
  tags: fc.array(oddText, { maxLength: 2 }),
  since: time,
  until: time,
  follow: fc.boolean(),
  stream: fc.boolean(),
  fn: fc.oneof(fc.constantFrom('read', 'add', 'constructor', 'default', '__proto__', 'then'), oddText),
  args: fc.array(oddValue, { maxLength: 2 }),
  timeoutMs: fc.integer({ min: 1, max: 500 }),
}

/** Parameters of a method. */
export function paramsOf(method: MethodName): fc.Arbitrary<Record<string, unknown>> {
  const keys = Object.keys(methods[method].params.entries)
  return nearly(Object.fromEntries(keys.map(key => [key, members[key] ?? oddValue])))
}

/** Those that end the host on purpose are left out. */
const named = (Object.keys(methods) as MethodName[]).filter(name => name !== 'host.stop')

const request: fc.Arbitrary<Record<string, unknown>> = fc.constantFrom(...named).chain(method =>
  nearly({
    jsonrpc: fc.constant('2.0'),
    id: fc.oneof(fc.nat(1000), oddText),
    method: fc.constant(method),
    params: paramsOf(method),
  }),
)

/** What stands on a line: a request, a batch, or none of them. */
export const message: fc.Arbitrary<unknown> = fc
  .oneof(
    { weight: 6, arbitrary: request },
    { weight: 1, arbitrary: fc.array(request, { maxLength: 3 }) },
    { weight: 1, arbitrary: oddValue },
  )
  .filter(message => !textOf(message).includes('host.stop'))

export const messageText: fc.Arbitrary<string> = asJson(message)
