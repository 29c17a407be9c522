// What of a trailer is handed on. A header that says where a message ends, for whom it is or what its body is comes too late there (RFC 9110 6.5.1):
// whoever took it in would read the message in another way than everybody before.

const late =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|expect|content-(?:length|type|encoding|range))$/i
/** What a pod gets in the gateway's name alone, and what it could read as that. */
const ours = /^(?:forwarded|x-forwarded-.*|x-real-ip|x-request-id|via|proxy|.*_.*)$/i

/** @param flat of an answer: names and values in turn */
export const answerTrailers = (flat: readonly string[]) => pairsOf(flat).filter(([name]) => !late.test(name))

/** @param flat of a request: names and values in turn */
export const requestTrailers = (flat: readonly string[]) =>
  pairsOf(flat).filter(([name]) => !late.test(name) && !ours.test(name))

const pairsOf = (flat: readonly string[]): [string, string][] =>
  flat.flatMap((name, at) => (at % 2 === 0 ? [[name, flat[at + 1] ?? ''] satisfies [string, string]] : []))
