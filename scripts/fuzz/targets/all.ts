// Everything that is under attack, the quick ones first.
import type { Target } from '../target.ts'
import { answers } from './answers.ts'
import { calls } from './calls.ts'
import { configs } from './config.ts'
import { startedFiles } from './files.ts'
import { framing } from './framing.ts'
import { gateway } from './gateway.ts'
import { host } from './host.ts'
import { http } from './http.ts'
import { images } from './images.ts'
import { jsonRpc } from './json-rpc.ts'
import { link } from './link.ts'
import { logs } from './logs.ts'
import { names } from './names.ts'
import { notes } from './notes.ts'
import { shellDoor } from './shell-door.ts'
import { state } from './state.ts'
import { tlsPort } from './tls.ts'

/** Those that have no host. */
export const parts: readonly Target[] = [
  framing,
  names,
  configs,
  jsonRpc,
  link,
  calls,
  answers,
  images,
  logs,
  state,
  notes,
  gateway,
]

/** Those that have a real one. */
export const hosts: readonly Target[] = [host, http, tlsPort, shellDoor, startedFiles]

export const targets: readonly Target[] = [...parts, ...hosts]
