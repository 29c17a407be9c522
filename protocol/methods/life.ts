// The methods that change what is up.
import * as v from 'valibot'
import { argsSchema, configSchema, envSchema, scaleSchema } from '../config.ts'
import { membersSchema, stickySchema } from '../group.ts'
import { routeSchema } from '../route-schema.ts'
import { params, pod, version, wait, wholeNumber } from './fields.ts'

const width = v.optional(v.pipe(wholeNumber(1), v.description('how many runs are replaced at a time')), 1)

const epoch = v.optional(
  v.pipe(wholeNumber(), v.description('refused if the pod was put to sleep or woken in a later one meanwhile')),
)

export const lifeMethods = {
  'pod.start': {
    summary: 'Starts a pod with its newest version; for a script, begins a run and answers its id at once',
    params: v.strictObject({
      ...pod,
      params: v.optional(params, {}),
      config: v.optional(v.pipe(configSchema, v.description("overrides the pod's own config")), {}),
      wait,
      version,
      anew: v.optional(
        v.pipe(
          v.boolean(),
          v.description(
            'end the runs of a pod that is up, and begin them with what is given now; where policy alone is other, they stay',
          ),
        ),
        false,
      ),
      keep: v.optional(
        v.pipe(
          v.boolean(),
          v.description('with the params, arguments and options of its last start, where none are given now'),
        ),
        false,
      ),
      asleep: v.optional(
        v.pipe(v.boolean(), v.description('let it sleep until somebody connects; for a service that has ports')),
      ),
      args: v.optional(v.pipe(argsSchema, v.description('arguments of a script'))),
      stdin: v.optional(v.pipe(v.string(), v.description('what a script reads from its stdin'))),
      stdinEncoding: v.optional(v.picklist(['utf8', 'base64'], 'must be "utf8" or "base64"'), 'utf8'),
    }),
  },
  'pod.stop': {
    summary: 'Stops all runs of a pod, or one run, as web.7, in whose place another comes if it is of a service',
    params: v.strictObject({
      ...pod,
      wait,
      kill: v.optional(
        v.pipe(v.boolean(), v.description('at once, without a cleanup; a service stays down until somebody starts it')),
        false,
      ),
      drainMs: v.optional(
        v.pipe(
          v.number(),
          v.integer(),
          v.minValue(0),
          v.description('before that, new calls go to other runs, and those under way may take so long'),
        ),
      ),
    }),
  },
  'pod.restart': {
    summary: 'Stops all runs and starts them again with the newest version and the same params',
    params: v.strictObject({ ...pod, version, wait }),
  },
  'pod.reload': {
    summary:
      'Lets a run of the newest version, or another, come up beside each run, and take its place; if one does not, all is as it was',
    params: v.strictObject({
      ...pod,
      version,
      width,
      params: v.optional(v.pipe(params, v.description('in the place of those that it has'))),
      config: v.optional(v.pipe(configSchema, v.description('in the place of that of its start'))),
      wait,
    }),
  },
  'pod.rollback': {
    summary: 'Reloads a pod to what was up before, one further back each time, or to a version',
    params: v.strictObject({
      ...pod,
      version,
      versionOnly: v.optional(v.pipe(v.boolean(), v.description('with the params and config of now')), false),
      width,
      wait,
    }),
  },
  'pod.wake': {
    summary: 'Sees to it that a pod is up: starts it as it was started last, or joins a start that is under way',
    params: v.strictObject({ ...pod, wait, epoch }),
  },
  'pod.sleep': {
    summary: 'Puts a pod that has ports to sleep: its runs finish what they have, and whoever connects starts it',
    params: v.strictObject({ ...pod, wait, epoch }),
  },
  'pod.scale': {
    summary: 'Sets how many runs a pod has',
    params: v.strictObject({ ...pod, scale: scaleSchema, wait }),
  },
  'pod.send': {
    summary: 'Writes into the stdin of the runs of a pod whose stdin is open, or of one run, as web.7',
    params: v.strictObject({
      ...pod,
      text: v.string(),
      encoding: v.optional(v.picklist(['utf8', 'base64'], 'must be "utf8" or "base64"'), 'utf8'),
    }),
  },
  'pod.env': {
    summary: 'The environment variables of a pod; sets some, and begins the pod anew with them if it is up',
    params: v.strictObject({
      ...pod,
      set: v.optional(v.pipe(envSchema, v.description('variables that are kept over starts')), {}),
      unset: v.optional(v.pipe(v.array(v.string()), v.description('names of variables that it has no more')), []),
      values: v.optional(v.pipe(v.boolean(), v.description('tell the values too, which may be secret')), false),
      wait,
    }),
  },
  'pod.group': {
    summary: 'Sets which pods a name means, and what share of calls and requests each gets',
    params: v.strictObject({
      ...pod,
      name: v.pipe(v.string(), v.maxLength(1024), v.description('name of the group')),
      members: v.pipe(membersSchema, v.description('weights by the names of pods; without any, the group is removed')),
      sticky: v.optional(v.pipe(stickySchema, v.description('what sends a client of a gateway to the same pod again'))),
      route: v.optional(v.pipe(routeSchema, v.description('where a gateway reaches the group'))),
    }),
  },
  'pod.remove': {
    summary: 'Removes a pod with its versions, records, logs and storage',
    params: v.strictObject({
      ...pod,
      force: v.optional(v.pipe(v.boolean(), v.description('stop it first if it runs')), false),
      run: v.optional(
        v.pipe(v.string(), v.maxLength(100), v.description('only this run of a script: its record and its output')),
      ),
    }),
  },
} as const
