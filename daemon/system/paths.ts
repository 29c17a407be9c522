// Where everything lies in a data directory. docs/FILES.md has the formats.
import { join } from 'node:path'

export type PodPaths = {
  dir: string
  /** What is wanted. */
  desired: string
  /** What was begun of it, and what came of that. */
  deploys: string
  /** The sockets that are held for it. */
  ports: string
  /** That it sleeps. */
  asleep: string
  /** In which epoch it was put to sleep or woken last. */
  epoch: string
  runs: string
  storage: string
  logs: string
}

export type DataPaths = ReturnType<typeof dataPaths>

/** @param data the data directory, absolute */
export function dataPaths(data: string) {
  return {
    data,
    host: join(data, 'host.json'),
    started: join(data, 'start.json'),
    upgrade: join(data, 'upgrade.json'),
    token: join(data, 'token'),
    tokens: join(data, 'tokens.json'),
    pageCodes: join(data, 'page-codes.json'),
    certificate: join(data, 'certificate.pem'),
    groups: join(data, 'groups.json'),
    profiles: join(data, 'profiles'),
    quotas: join(data, 'quotas.json'),
    audit: join(data, 'audit.log'),
    events: join(data, 'events'),
    hooks: join(data, 'hooks.json'),
    hookPlaces: join(data, 'hooks'),
    shellPassword: join(data, 'shell-password'),
    clientSocket: join(data, 'host.sock'),
    linkSocket: join(data, 'link.sock'),
    /** What a sandbox shows of the doors of the host: those who are in it dial there. */
    doors: join(data, 's'),
    innerLink: join(data, 's', 'l.sock'),
    hosts: join(data, 'hosts'),
    spares: join(data, 'spares'),
    keepers: join(data, 'keepers'),
    // The name is short because the kernel allows 107 bytes for a socket's path; so these paths are no longer than the
    // others.
    calls: join(data, 'c'),
    /** There once a run was in a container. */
    containers: join(data, 'containers'),
    compiled: join(data, 'compiled'),
    images: join(data, 'images'),
    contents: join(data, 'images', 'files'),
    installed: join(data, 'images', 'installed'),
    built: join(data, 'images', 'built'),
    pods: join(data, 'pods'),
    repositories: join(data, 'git'),
    /** What was pushed to a pod by git. */
    repository: (name: string) => join(data, 'git', `${name}.git`),
    logs: join(data, 'logs'),
    hostLog: join(data, 'logs', 'host.log'),
    image: (hash: string) => join(data, 'images', hash),
    pod: (name: string): PodPaths => ({
      dir: join(data, 'pods', name),
      desired: join(data, 'pods', name, 'pod.json'),
      deploys: join(data, 'pods', name, 'deploys.json'),
      ports: join(data, 'pods', name, 'ports.json'),
      asleep: join(data, 'pods', name, 'asleep.json'),
      epoch: join(data, 'pods', name, 'epoch.json'),
      runs: join(data, 'pods', name, 'runs'),
      storage: join(data, 'pods', name, 'storage'),
      logs: join(data, 'logs', name),
    }),
  }
}

/** The pipe that is the stdin of a run, where that stays open. */
export function stdinPipe(pod: PodPaths, number: number): string {
  return join(pod.runs, `${number}.stdin.pipe`)
}

/** The files of one run. */
export function runPaths(pod: PodPaths, number: number) {
  return {
    record: join(pod.runs, `${number}.json`),
    stdin: join(pod.runs, `${number}.stdin`),
    exit: join(pod.runs, `${number}.exit`),
    log: join(pod.logs, `${number}.log`),
    raw: { stdout: join(pod.logs, `${number}.stdout.raw`), stderr: join(pod.logs, `${number}.stderr.raw`) },
  }
}
