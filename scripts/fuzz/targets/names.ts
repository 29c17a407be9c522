// Names and paths: what may be a name stays one file of its own within the data directory, on any file system.
import assert from 'node:assert/strict'
import { join, normalize, sep } from 'node:path'
import fc from 'fast-check'
import { callSocket } from '../../../daemon/store/call-socket.ts'
import { dataPaths, runPaths } from '../../../daemon/system/paths.ts'
import { P8aError } from '../../../protocol/errors.ts'
import { checkName, isName, joinPath, parseRunId, runId, splitPath } from '../../../protocol/names.ts'
import { oddText } from '../garbage.ts'
import { holdsFor, type Target } from '../target.ts'

const data = '/data'
const letters = fc.string({ unit: fc.constantFrom('a', 'z', 'A', '0', '9', '-', '_', '.', '/', 'é'), maxLength: 8 })
const inputs = fc.tuple(fc.oneof(oddText, letters), fc.oneof(oddText, letters), fc.nat(2 ** 40))

export const names: Target = {
  id: 'names',
  promise: 'a name is one plain folder of the data directory, which no other name means too',
  open: () => ({
    property: holdsFor(inputs, ([name, other, number]) => {
      const paths = dataPaths(data)
      assert.ok(isWithin(callSocket(paths, name), paths.calls))
      checkRunId(name)
      if (!isName(name)) {
        assert.throws(() => checkName(name), isRefusal('bad_name'))
        return
      }
      assert.equal(name.normalize('NFKC').toLowerCase(), name)
      const pod = paths.pod(name)
      for (const path of [pod.dir, pod.logs]) assert.equal(path.split(sep).length, 4)
      for (const path of Object.values(runPaths(pod, number)).flatMap(path => Object.values<string>(asList(path))))
        assert.ok(isWithin(path, data) && path === normalize(path))
      assert.equal(parseRunId(runId(name, number + 1))?.number, number + 1)
      if (!isName(other)) return
      assert.deepEqual(splitPath(joinPath(other, name)), { path: other, name })
    }),
  }),
}

/** A run's id names a pod that may be, or it is none. */
function checkRunId(id: string): void {
  const run = parseRunId(id)
  if (run) assert.ok(isName(run.pod) && Number.isSafeInteger(run.number) && runId(run.pod, run.number) === id)
}

function asList(path: string | Record<string, string>): Record<string, string> {
  return typeof path === 'string' ? { path } : path
}

function isWithin(path: string, folder: string): boolean {
  return join(path).startsWith(folder + sep)
}

function isRefusal(code: string) {
  return (error: unknown) => error instanceof P8aError && error.code === code
}
