// The source files that no test mirrors: each with the reason, and behind the colon the test that they are a part of, below
// `test/`. A folder stands for its files that have no mirror of their own.

export const exceptions: Readonly<Record<string, string>> = {
  'daemon/main.ts': 'wiring: e2e/adoption',
  'daemon/boot/kept.ts': 'wiring: daemon/tree/load-hosts',
  'daemon/image/': 'the parts of one look at a program: daemon/image/inspect',
  'daemon/lifecycle/':
    'rows of two tables, all of whose states are walked: daemon/lifecycle/decide, daemon/lifecycle/script, daemon/lifecycle/walk',
  'daemon/link/calls.ts': 'it hands on: daemon/link/introductions',
  'daemon/link/links.ts': 'it hands on: daemon/link/life',
  'daemon/logs/': 'the parts of one query: daemon/logs/query',
  'daemon/pod/': 'what slots ask for and are told: daemon/pod/slots, daemon/tree/recover',
  'daemon/script/': 'what a run asks for and is told: daemon/script/script-run',
  'daemon/tree/keeping/': 'what start answers of a service: daemon/verbs/start',
  'daemon/verbs/': 'the way of all verbs: daemon/verbs/call',
  'daemon/verbs/handled/': 'the way of all that a handler is asked: daemon/verbs/handled/verbs',
  'shim/calls/context.ts': 'what a called function is told: shim/calls/admitted',
  'shim/calls/late.ts': 'an error: shim/calls/directory',
  'shim/become.ts': 'wiring: e2e/life',
  'shim/main.ts': 'wiring: shim/spare',
  'shim/p8a.ts': 'what a run is given: shim/run',
  'shim/keeper/kept.ts': 'what is kept: shim/keeper/keeping',
  'shim/keeper/main.ts': 'wiring: e2e/scripts',
  'shim/link/': 'it hands on: e2e/calls',
  'shim/log/child-output.ts': 'wiring: e2e/logs',
  'shim/log/rotated-file.ts': 'the files of one log: shim/log/log-file',
  'shim/verbs/output.ts': 'a verb: shim/verbs/verbs',
  'cli/main.ts': 'wiring: cli/run',
  'cli/bundle/': 'the parts of one bundle: cli/bundle/bundle',
  'cli/time/': 'the parts of one reading: cli/time/time',
  'pods/': "a pod like anyone's: pods/hello/pod",
}
