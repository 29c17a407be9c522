// The methods that tell what is, and what was.
import * as v from 'valibot'
import { wireTime } from '../time.ts'
import { hops, name, path, pod, wholeNumber } from './fields.ts'

const usage = v.optional(
  v.pipe(v.boolean(), v.description('measure cpu, memory and the lag of event loops too')),
  false,
)

/** The state of a run of a script, in the words of the HTTP view. */
export const processStatus = v.picklist(
  ['queued', 'executing', 'finished', 'error', 'lost'],
  'must be queued, executing, finished, error or lost',
)

export type ProcessStatus = v.InferOutput<typeof processStatus>

export const seenMethods = {
  'pod.status': { summary: 'One pod', params: v.strictObject({ ...pod, usage }) },
  'pod.usage': {
    summary: 'What a pod, or all pods of a host, used of cpu and memory, was asked, and was late in the last hours',
    params: v.strictObject({
      path,
      hops,
      name: v.optional(name),
      last: v.optional(v.pipe(v.boolean(), v.description('what each pod used last, in the place of points')), false),
    }),
  },
  'pod.versions': {
    summary:
      'The versions of a pod that are kept, oldest first; what was begun of it; what changed between two of them',
    params: v.strictObject({
      ...pod,
      deploys: v.optional(v.pipe(v.boolean(), v.description('also what was begun, and what came of it')), false),
      diff: v.optional(v.strictObject({ from: v.optional(wholeNumber(1)), to: v.optional(wholeNumber(1)) })),
    }),
  },
  'pod.list': {
    summary: 'All pods, by name, or a page of them',
    params: v.strictObject({
      path,
      hops,
      usage,
      limit: v.optional(
        v.pipe(
          wholeNumber(1),
          v.maxValue(1000, 'must be at most 1000'),
          v.description('at most so many; `next` in the answer says where to go on'),
        ),
      ),
      after: v.optional(v.pipe(name, v.description('only those behind this name'))),
    }),
  },
  'pod.runs': {
    summary: "A pod's runs, or those of all pods, newest first",
    params: v.strictObject({
      path,
      hops,
      name: v.optional(name),
      active: v.optional(v.pipe(v.boolean(), v.description('only runs that have not ended')), false),
      failed: v.optional(v.pipe(v.boolean(), v.description('only runs that ended, and not well')), false),
      run: v.optional(v.pipe(v.string(), v.maxLength(100), v.description('only this run of a script'))),
      scripts: v.optional(v.pipe(v.boolean(), v.description('only runs of scripts')), false),
      status: v.optional(v.pipe(processStatus, v.description('only runs in these states'))),
      since: v.optional(v.pipe(wireTime, v.description('only runs that began, or were queued, then or later'))),
      offset: v.optional(v.pipe(wholeNumber(), v.description('skip so many of the newest')), 0),
      limit: v.optional(v.pipe(wholeNumber(1), v.maxValue(1000, 'must be at most 1000')), 100),
    }),
  },
  'pod.logs': {
    summary: 'Log lines of host and pods in order of time',
    params: v.strictObject({
      path,
      hops,
      name: v.optional(name),
      run: v.optional(v.pipe(v.string(), v.maxLength(100), v.description('id of a run, such as web.7, or its number'))),
      tags: v.optional(
        v.pipe(
          v.array(v.pipe(v.string(), v.maxLength(100))),
          v.description('lines with any of these: stdout, stderr, or the word in [] at their beginning'),
        ),
      ),
      grep: v.optional(
        v.pipe(v.string(), v.maxLength(1000), v.description('lines that have this text, upper and lower case alike')),
      ),
      since: v.optional(wireTime),
      until: v.optional(wireTime),
      limit: v.optional(
        v.pipe(v.number(), v.integer(), v.minValue(0), v.description('only so many of the last entries')),
      ),
      follow: v.optional(v.pipe(v.boolean(), v.description('keep sending lines as they come; needs `stream`')), false),
      stream: v.optional(
        v.pipe(v.boolean(), v.description('send lines as `pod.log` notifications, and the answer at the end')),
        false,
      ),
    }),
  },
  'pod.output': {
    summary: 'What a run of a script wrote, byte for byte, from an offset',
    params: v.strictObject({
      ...pod,
      run: v.optional(
        v.pipe(v.string(), v.maxLength(100), v.description('id of a run or its number; without it, the newest')),
      ),
      offset: v.optional(v.pipe(wholeNumber(), v.description('skip so many bytes')), 0),
      limit: v.optional(
        v.pipe(
          wholeNumber(1),
          v.maxValue(4_194_304, 'must be at most 4194304'),
          v.description('at most so many bytes'),
        ),
        1_048_576,
      ),
      waitMs: v.optional(
        v.pipe(
          wholeNumber(),
          v.maxValue(60_000, 'must be at most 60000'),
          v.description('wait so long if there is nothing yet'),
        ),
        0,
      ),
      encoding: v.optional(
        v.pipe(
          v.picklist(['utf8', 'base64', 'latin1'], 'must be "utf8", "base64" or "latin1"'),
          v.description('latin1: a character for each byte'),
        ),
        'utf8',
      ),
      stream: v.optional(
        v.pipe(
          v.boolean(),
          v.description('send it as bytes over the channel of the request, which must have a window'),
        ),
        false,
      ),
      follow: v.optional(v.pipe(v.boolean(), v.description('until the run is over; needs stream')), false),
    }),
  },
} as const
