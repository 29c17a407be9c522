// Is imported by a process that waits for a run, so that Node has loaded what loads ES modules, and reads source maps.
//# sourceMappingURL=data:application/json,{"version":3,"sources":[],"mappings":""}
