// Command verdicts answers whether NetworkPolicies let calls through, by the library of cyclonus. It reads
// {"policies": [NetworkPolicy, …], "calls": [Traffic, …]} and prints a list of booleans.
//
// It is a module of its own, so that the project does not need cyclonus' hundred modules.
package main

import (
	"encoding/json"
	"log"
	"os"

	"github.com/mattfenwick/cyclonus/pkg/matcher"
	networkingv1 "k8s.io/api/networking/v1"
)

func main() {
	var in struct {
		Policies []*networkingv1.NetworkPolicy
		Calls    []*matcher.Traffic
	}
	if err := json.NewDecoder(os.Stdin).Decode(&in); err != nil {
		log.Fatal(err)
	}
	policy := matcher.BuildNetworkPolicies(true, in.Policies)
	verdicts := make([]bool, len(in.Calls))
	for i, call := range in.Calls {
		verdicts[i] = policy.IsTrafficAllowed(call).IsAllowed()
	}
	if err := json.NewEncoder(os.Stdout).Encode(verdicts); err != nil {
		log.Fatal(err)
	}
}
