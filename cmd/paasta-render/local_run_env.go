package main

import (
	"regexp"
	"slices"
	"strings"
)

// steersEngine finds variables that mean something to the engine itself, its loader or its libraries: configuration
// may set them in the container, and must not set them outside of it.
var steersEngine = regexp.MustCompile(`(?i)^(LD_|DYLD_|DOCKER_|BUILDKIT_|COMPOSE_|PODMAN_|CONTAINER|STORAGE_|XDG_|DBUS_|SSL_|SSH_|GO|GLIBC_|MALLOC_|LC_|` +
	`NOTIFY_|LISTEN_|(HTTP|HTTPS|FTP|ALL|NO)_PROXY$|(PATH|HOME|TMPDIR|USER|SHELL|IFS|ENV|BASH_ENV|LANG|LOCPATH|NLSPATH|TERM|TZ|TZDIR|RES_OPTIONS|` +
	`HOSTALIASES|LOCALDOMAIN|RESOLV_HOST_CONF|GCONV_PATH|PYTHONPATH)$)`)

// engineEnvironment settles how the variables of a container reach the engine: by its own environment, where other
// users of the machine do not see them, or in its arguments where they would steer the engine.
func engineEnvironment(args, environ []string, values map[string]string) (newArgs, newEnviron []string) {
	newArgs, newEnviron = slices.Clone(args), slices.Clone(environ)
	ours := func(name string) bool {
		return slices.ContainsFunc(environ, func(pair string) bool { return strings.HasPrefix(pair, name+"=") })
	}
	for i := 0; i+1 < len(newArgs); i++ {
		name := newArgs[i+1]
		value, ok := values[name]
		if newArgs[i] != "--env" || !ok {
			continue
		}
		i++
		if steersEngine.MatchString(name) || ours(name) {
			newArgs[i] = name + "=" + value
			continue
		}
		newEnviron = append(newEnviron, name+"="+value)
	}
	return newArgs, newEnviron
}
