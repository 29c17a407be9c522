// The source files that no test mirrors, each with the reason, and behind the colon what tests it, below `test/`.

export const exceptions: Readonly<Record<string, string>> = {
  'daemon/lifecycle/decide-start.ts': 'rows of one table: daemon/lifecycle/decide',
  'daemon/lifecycle/decide-up.ts': 'rows of one table: daemon/lifecycle/decide',
  'daemon/lifecycle/settle.ts': 'what rows of one table lead to: daemon/lifecycle/decide',
  'daemon/lifecycle/steps.ts': 'what rows of one table lead to: daemon/lifecycle/decide',
  'daemon/lifecycle/script-begin.ts': 'rows of one table: daemon/lifecycle/script',
  'daemon/lifecycle/script-process.ts': 'rows of one table: daemon/lifecycle/script',
  'daemon/lifecycle/script-restored.ts': 'one more row: daemon/lifecycle/script',
  'daemon/lifecycle/script-state.ts': 'what a record holds of a state: daemon/lifecycle/script',
  'daemon/lifecycle/script-steps.ts': 'what rows of one table lead to: daemon/lifecycle/script',
  'daemon/pod/effects.ts': 'what slots ask for: daemon/pod/slots',
  'daemon/pod/greeting.ts': 'what slots are told: daemon/pod/slots',
  'daemon/pod/spawning.ts': 'what slots ask for: daemon/pod/slots',
  'daemon/pod/recover.ts': 'what a supervisor takes over: daemon/tree/recover',
  'daemon/script/script-effects.ts': 'what a run asks for: daemon/script/script-run',
  'daemon/script/sightings.ts': 'what a run asks for: daemon/script/script-run',
  'daemon/main.ts': 'wiring: e2e/adoption',
}
