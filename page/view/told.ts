// Asks several hosts the same, and shows what each of them answers as soon as it does.
import { useEffect, useState } from 'preact/hooks'
import { type Told, withAnswer } from '../state/told.ts'

/**
 * What hosts have told. One that does not answer, because it is down or the connection is away, keeps what it told before.
 * @param paths of the hosts
 * @param when asked again whenever one of these has changed
 */
export function useTold<Answer>(
  paths: readonly string[],
  ask: (path: string) => Promise<Answer>,
  when: readonly unknown[],
): Told<Answer> {
  const [told, setTold] = useState<Told<Answer>>(new Map())
  useEffect(() => {
    const askedMs = performance.now()
    for (const path of paths)
      ask(path).then(
        answer => setTold(before => withAnswer(before, path, { askedMs, answer })),
        () => {},
      )
  }, [paths.join(), ...when])
  return told
}
