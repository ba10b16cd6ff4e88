package schema

// Match returns the patterns of the files that a schema describes, from the root of soa-configs: "*/kubernetes-*.yaml".
// Editors choose the schema of a file by them. A schema of what a command prints has none.
func Match(name string) []string {
	switch name {
	case "diff":
		return nil
	case "master":
		return []string{"tron/*/MASTER.yaml"}
	case "deployments":
		return []string{"*/deployments.json"}
	case "secret":
		return []string{"*/secrets/*.json"}
	case "system":
		return []string{
			"_system/*.json", "_system/*.yaml", "_system/paasta/*.json", "_system/paasta/*.yaml",
			"_system/clusters/*/*.json", "_system/clusters/*/*.yaml",
		}
	}
	for _, fixed := range byName {
		if name == fixed {
			return []string{"*/" + name + ".yaml"}
		}
	}
	return []string{"*/" + name + "-*.yaml"}
}
