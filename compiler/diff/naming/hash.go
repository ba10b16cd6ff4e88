package naming

import (
	"strings"
)

// configSHA are the labels in which PaaSTA keeps the hash of an object. PaaSTA: kubernetes_tools.get_config_hash.
var configSHA = []string{"[paasta.yelp.com/config_sha]", "[yelp.com/paasta_config_sha]"}

// IsConfigSHA tells whether a field is a label with the hash of the object.
func IsConfigSHA(path string) bool {
	return strings.HasSuffix(path, configSHA[0]) || strings.HasSuffix(path, configSHA[1])
}
