// Package live answers two questions about a cluster that already runs what PaaSTA made: what happens when an agent
// takes the rendered tree over (Compare), and which manager must own which field before it does (Adopt).
//
// Nothing here asks a cluster. The objects are read from what `kubectl get -o json` or `-o yaml` has printed, and
// whoever asks hands that in. With --show-managed-fields it says who owns which field, which Adopt needs.
package live
