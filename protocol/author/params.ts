// What a pod is given at its start.
/** `pod start origin main --value 24` gives `{ value: '24' }`. */
export type Params = Readonly<Record<string, string>>
