// The parameters of a method, as anyone sent them, checked against its schema.
import * as v from 'valibot'
import { P8aError } from '../../protocol/errors.ts'
import { type MethodName, type MethodParams, methods } from '../../protocol/methods.ts'
import { quote } from '../../protocol/names.ts'

/** @throws {P8aError} `bad_params`, naming the parameter; `bad_config` for a config */
export function parseParams<M extends MethodName>(name: M, params: unknown): MethodParams<M> {
  const result = v.safeParse(methods[name].params, params ?? {})
  if (result.success) return result.output
  const [issue] = result.issues
  const key = issue.path?.map(item => String(item.key)).join('.') ?? ''
  const unknown = issue.type === 'strict_object' && issue.expected === 'never'
  const what =
    key === ''
      ? 'the parameters must be an object'
      : unknown
        ? `there is no parameter ${quote(key)}`
        : `${key} ${reason(issue)}`
  const isConfig = key.startsWith('config')
  throw new P8aError(isConfig ? 'bad_config' : 'bad_params', `Cannot do ${name}: ${what}`, {
    hint: isConfig
      ? { text: 'docs/PODS.md lists the keys of a config; for its options', do: { verb: 'help', args: ['start'] } }
      : `Its parameters: ${Object.keys(methods[name].params.entries).join(', ') || 'none'}`,
    facts: {
      method: name,
      parameter: key,
      ...(key !== '' && !unknown && { problem: `it ${reason(issue)}` }),
      ...(isConfig && !unknown && { key: key.replace(/^config\.?/, '') }),
    },
  })
}

function reason(issue: v.BaseIssue<unknown>): string {
  if (!issue.message.startsWith('Invalid')) return issue.message
  return issue.received === 'undefined'
    ? 'is missing'
    : `must be ${issue.expected ?? 'something else'}, not ${issue.received}`
}
