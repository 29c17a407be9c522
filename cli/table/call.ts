// The commands that reach into a pod, and the shell itself.
import type { CommandSpec } from '../argv/command.ts'

export const callTable: readonly CommandSpec[] = [
  {
    usage: 'call <remote> <name> <fn> [...args]',
    about: 'Call a function that a pod exports; each argument is JSON, or else text',
    flags: [['--timeout <time>', 'How long the call may take, such as 10s']],
    examples: [`pod call local math add 1 2`, `pod call local users find '{"name":"ann"}'`],
    load: () => import('../commands/call.ts'),
  },
  {
    usage: 'shell <remote> [name]',
    about: 'Open a prompt on a host, or on a pod with commands of its own; or run the commands on stdin',
    flags: [['-i, --interactive', 'Open a prompt although stdin is not a terminal']],
    examples: ['pod shell local', 'pod shell local web < script'],
    load: () => import('../commands/shell.ts'),
  },
  {
    usage: 'completion <shell>',
    about: 'Print the completion script for bash, zsh or fish',
    examples: ['source <(pod completion bash)', 'pod completion fish > ~/.config/fish/completions/pod.fish'],
    load: () => import('../commands/completion.ts'),
  },
]
