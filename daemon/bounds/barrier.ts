// What is begun with more rights than a run, to begin the run with less, must not be led astray by the variables of the run: they
// would let it load the run's own code.

/** Those that the system's own programs, shells and libraries obey; libc ignores most of them where rights are gained. */
const obeyed =
  /^(LD_|DYLD_|GLIBC_|MALLOC_|BASH_|PATH$|ENV$|SHELLOPTS$|IFS$|PS4$|GCONV_PATH$|GETCONF_DIR$|HOSTALIASES$|LOCALDOMAIN$|LOCPATH$|NIS_PATH$|NLSPATH$|RESOLV_HOST_CONF$|RES_OPTIONS$|TZDIR$)/

/** Those that podman, docker and what they begin obey. */
const obeyedByEngine =
  /^(HOME$|TMPDIR$|XDG_|CONTAINER|DOCKER_|BUILDAH_|STORAGE_|REGISTRY_|LISTEN_|NOTIFY_SOCKET$|DBUS_|GO[A-Z]*$|SSL_|[a-z]*_proxy$|[A-Z]*_PROXY$)/

/**
 * @param options.isForEngine whether an engine of containers comes before
 * @returns the variables that do no harm before, and those that come after, as `env` takes them
 */
export function splitVariables(
  env: Record<string, string>,
  { isForEngine = false } = {},
): { early: Record<string, string>; late: string[] } {
  const isObeyed = ([name]: [string, string]) => obeyed.test(name) || (isForEngine && obeyedByEngine.test(name))
  const entries = Object.entries(env)
  return {
    early: Object.fromEntries(entries.filter(entry => !isObeyed(entry))),
    late: entries.filter(isObeyed).map(([name, value]) => `${name}=${value}`),
  }
}
