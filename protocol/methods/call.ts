// The methods that reach into a pod: its functions and its commands.
import * as v from 'valibot'
import { hops, name, path, pod, request } from './fields.ts'

/** Whose command it is: the host's own where no pod is named. */
const ownerOfCommands = v.optional(name)

export const callMethods = {
  'pod.call': {
    summary: 'Calls an exported function of a pod (or of one run, as web.7)',
    params: v.strictObject({
      ...pod,
      fn: v.string(),
      args: v.optional(v.array(v.unknown()), []),
      timeoutMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1))),
    }),
  },
  'pod.commands': {
    summary: 'Names of the commands that a pod, or the host itself, has for the shell',
    params: v.strictObject({ path, hops, name: ownerOfCommands }),
  },
  'pod.command': {
    summary: 'Runs a command of a pod, or of the host, which may show text and ask for lines while it runs',
    params: v.strictObject({
      path,
      hops,
      name: ownerOfCommands,
      argv: v.pipe(v.array(v.string()), v.minLength(1), v.description('its name, then its arguments')),
    }),
  },
  'pod.command.input': {
    summary: 'A line for a command that is under way',
    params: v.strictObject({
      request,
      text: v.optional(v.pipe(v.string(), v.description('if it is left out, there are no more lines'))),
    }),
  },
  'pod.command.cancel': {
    summary: 'Ends a command that is under way',
    params: v.strictObject({ request }),
  },
} as const
