// The source files that no test mirrors, each with the reason, and behind the colon what tests it, below `test/`.

export const exceptions: Readonly<Record<string, string>> = {
  'daemon/main.ts': 'wiring: e2e/adoption',
}
