// Package spelling finds what people mean by what they write: a key or a name that exists, and a number.
//
// It knows no configuration and decides nothing: what it returns is a suggestion.
package spelling

import (
	"slices"
	"strings"
	"unicode"
)

// otherWords are keys as Kubernetes, Docker and other schedulers call them, with what PaaSTA's files call them. The
// first one that may be written is meant.
var otherWords = map[string][]string{
	"memory": {"mem"}, "ram": {"mem"}, "memory_mb": {"mem"}, "mem_mb": {"mem"}, "mem_limit": {"mem"},
	"cpu": {"cpus"}, "cores": {"cpus"}, "gpu": {"gpus"}, "storage": {"disk"}, "ephemeral_storage": {"disk"},
	"replicas": {"instances"}, "replica_count": {"instances"}, "count": {"instances"},
	"min_replicas": {"min_instances"}, "max_replicas": {"max_instances"}, "min": {"min_instances"},
	"max":   {"max_instances"},
	"image": {"docker_url", "dockerfile", "deploy_group"}, "docker_image": {"deploy_group"}, "docker": {"deploy_group"},
	"port": {"container_port", "proxy_port"}, "ports": {"container_port", "proxy_port"},
	"container_ports": {"container_port"},
	"command":         {"cmd"}, "entrypoint": {"cmd"}, "cmd": {"command"}, "arguments": {"args"},
	"environment": {"env"}, "env_vars": {"env"}, "environment_variables": {"env"}, "envs": {"env"},
	"volumes": {"extra_volumes"}, "volume_mounts": {"extra_volumes"}, "secrets": {"secret_volumes"},
	"node_selector": {"node_selectors"}, "service_account": {"service_account_name"},
	"liveness_probe": {"healthcheck_mode"}, "readiness_probe": {"healthcheck_mode"},
	"health_check_path": {"healthcheck_uri"}, "healthcheck_path": {"healthcheck_uri"},
	"strategy": {"bounce_method"}, "autoscale": {"autoscaling"}, "hpa": {"autoscaling"},
	"termination_grace_period": {"lifecycle"}, "cron": {"schedule"}, "timezone": {"time_zone"}, "tz": {"time_zone"},
	"depends_on": {"requires", "dependencies"}, "dependencies": {"requires"}, "timeout": {"timeout_server_ms",
		"max_runtime"},
	"owner": {"team"}, "slack": {"slack_channels"}, "email": {"notification_email"}, "capabilities": {"cap_add"},
	"mount_path": {"containerPath", "container_path"}, "host_path": {"hostPath"}, "container_path": {"containerPath"},
	"steps": {"pipeline", "actions"}, "stages": {"pipeline"}, "tasks": {"actions"}, "name": {"step"},
}

// NearestKey returns the key that is meant by an unknown one: one that is spelled almost so, or what the schema
// calls the thing. It is empty where none is. keys are those that the mapping does not have yet.
func NearestKey(name string, keys []string) string {
	for _, word := range otherWords[snake(name)] {
		if slices.Contains(keys, word) {
			return word
		}
	}
	return Nearest(name, keys)
}

// snake writes maxInstances, max-instances and MAX_INSTANCES as max_instances.
func snake(name string) string {
	var b strings.Builder
	lower := false
	for _, r := range name {
		if unicode.IsUpper(r) && lower {
			b.WriteByte('_')
		}
		lower = unicode.IsLower(r) || unicode.IsDigit(r)
		if r == '-' || r == ' ' {
			r = '_'
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}

// longestName is how many bytes a name may have that is compared with others. Longer ones are no typing errors, and the
// work grows with the square.
const longestName = 100

// Nearest returns the candidate that is most like name, "" when none is like it: at most a third of the longer one's
// characters differ. Only case, hyphens and humps are no difference at all. Equal distances go to the candidate
// that comes first in the alphabet.
func Nearest(name string, candidates []string) string {
	best, distance := "", -1
	if len(name) > longestName {
		return ""
	}
	plain := ""
	for _, candidate := range candidates {
		most := max(len(name), len(candidate), 3) / 3
		if max(len(name)-len(candidate), len(candidate)-len(name)) > most {
			continue // before the work: a stranger's name may be long, and so may be the list of candidates
		}
		if plain == "" {
			plain = snake(name)
		}
		d := min(levenshtein(name, candidate), levenshtein(plain, candidate))
		if d > most {
			continue
		}
		if distance < 0 || d < distance || d == distance && candidate < best {
			best, distance = candidate, d
		}
	}
	return best
}

// NearestBut is Nearest without the candidates that are taken already.
func NearestBut(taken func(name string) bool) func(name string, candidates []string) string {
	return func(name string, candidates []string) string {
		return Nearest(name, slices.DeleteFunc(slices.Clone(candidates), taken))
	}
}

// levenshtein counts the insertions, deletions, replacements and swaps of neighbours between two strings, in bytes.
func levenshtein(a, b string) int {
	before, previous, current := make([]int, len(b)+1), make([]int, len(b)+1), make([]int, len(b)+1)
	for j := range previous {
		previous[j] = j
	}
	for i := 1; i <= len(a); i++ {
		current[0] = i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			current[j] = min(previous[j]+1, current[j-1]+1, previous[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				current[j] = min(current[j], before[j-2]+1)
			}
		}
		before, previous, current = previous, current, before
	}
	return previous[len(b)]
}
