// The methods about a host itself: what it is, its tokens, its page, its end.
import * as v from 'valibot'
import { maxTokenLifeMs, roles } from '../roles.ts'
import { hops, path } from './fields.ts'

export const hostMethods = {
  'host.auth': {
    summary: 'Authorizes this connection, so that later requests need no token',
    params: v.strictObject({ token: v.string() }),
  },
  'host.info': {
    summary: 'What this host is: version, addresses, counts',
    params: v.strictObject({
      path,
      hops,
      levels: v.optional(v.pipe(v.boolean(), v.description('also what its machine has of each level of isolation'))),
    }),
  },
  'host.watch': {
    summary:
      'All pods and runs of a host, and then each change of them, as `host.change` notifications, until it is canceled',
    params: v.strictObject({
      path,
      hops,
      within: v.optional(v.pipe(v.boolean(), v.description('those of the hosts within it too')), false),
    }),
  },
  'host.metrics': {
    summary: 'The metrics of a host, of its pods and of those of the hosts within it, as Prometheus reads them',
    params: v.strictObject({ path, hops }),
  },
  'host.savings': {
    summary: 'How long the pods of a host have slept, and what memory that left to others',
    params: v.strictObject({ path, hops }),
  },
  'host.stop': {
    summary: 'Ends the host. Its pods keep running until the next host adopts them, unless `pods` is true',
    params: v.strictObject({ path, hops, pods: v.optional(v.boolean(), false) }),
  },
  'host.upgrade': {
    summary:
      'Lets another installation of p8a take the place of this host, which is back if that one does not prove itself',
    params: v.strictObject({
      path,
      hops,
      folder: v.pipe(
        v.string(),
        v.maxLength(4096),
        v.description('absolute path of a folder with the package.json of p8a'),
      ),
      node: v.optional(
        v.pipe(v.string(), v.maxLength(4096), v.description('the Node that runs it; else that of this host')),
      ),
    }),
  },
  'host.token.add': {
    summary: 'Makes a token. No other answer has its secret',
    params: v.strictObject({
      name: v.pipe(v.string(), v.maxLength(1024), v.description('name of the token')),
      role: v.pipe(v.picklist(roles), v.description('what its owner may do')),
      path: v.optional(
        v.pipe(v.string(), v.maxLength(1024), v.description('path of the host within this one that it is confined to')),
        '',
      ),
      expiresInMs: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(maxTokenLifeMs))),
    }),
  },
  'host.token.list': { summary: 'All tokens, without their secrets', params: v.strictObject({ path }) },
  'host.token.remove': {
    summary: 'Ends a token, and every connection that it opened',
    params: v.strictObject({ name: v.pipe(v.string(), v.maxLength(1024), v.description('name of the token')) }),
  },
  'host.page.code': {
    summary:
      'Makes a code for a link to the page for people, with your rights or less; it counts once, and not for long',
    params: v.strictObject({
      path,
      role: v.optional(v.pipe(v.picklist(roles), v.description('what the page may do; else what you may'))),
    }),
  },
  'host.page.enter': {
    summary: 'Makes the token of a page for such a code',
    params: v.strictObject({ code: v.pipe(v.string(), v.maxLength(1024)) }),
  },
  'host.page.leave': {
    summary: 'Ends the token of the page that asks; any other token stays',
    params: v.strictObject({}),
  },
  'host.audit': {
    summary: 'What was changed, by whom, from where, and with what outcome; the newest last',
    params: v.strictObject({
      path,
      limit: v.optional(
        v.pipe(
          v.number(),
          v.integer(),
          v.minValue(1),
          v.maxValue(10_000),
          v.description('only so many of the last entries'),
        ),
        100,
      ),
    }),
  },
} as const
