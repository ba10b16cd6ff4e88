package envoy

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// readPlaces settles what depends on where the cluster is: whose pods clients here see, delays and chaos.
func (sp *reader) readPlaces(c *config.Cluster, report finding.Report) {
	l := c.System.Locations()
	here := func(kind string) string { return l.Here(c.Name, kind) }
	discover := sp.Discover()
	sp.local = slices.Contains(sp.AdvertisedPlaces(l, here), config.Place{Kind: discover, Location: here(discover)})
	if here(discover) == "" { // nobody says where the cluster is: its pods are where its clients are
		sp.local = slices.Contains(sp.Advertise(), discover)
	}
	sp.readDelay(l, here)
	sp.readChaos(here, report)
	if sp.port > 0 {
		sp.checkReach(c, l, report)
	}
}

// readDelay takes the most specific fixed_delay whose location the cluster is in. A key is <type>:<location> or a
// location alone.
func (sp *reader) readDelay(l *config.Locations, here func(string) string) {
	delays := sp.Get("fixed_delay")
	if !delays.IsMap() || sp.tcp() {
		return
	}
	depth := -1
	for _, p := range delays.Pairs {
		kind, location, typed := strings.Cut(python.Str(p.Key), ":")
		for d, t := range l.Types {
			if d < depth || here(t) == "" || typed && (t != kind || here(t) != location) || !typed && here(t) != kind {
				continue
			}
			ms, ok := positive(p.Value.Get("duration_ms"))
			percent, okPercent := positive(p.Value.Get("percent"))
			if ok && okPercent {
				depth, sp.delay = d, delay{ms, uint32(min(percent, 100))}
			}
		}
	}
	if sp.delay.ms == 0 || sp.delay.percent == 0 {
		sp.delay = delay{}
	}
}

// readChaos takes what chaos says of this place: groupings are location types, a later one wins. Envoy closes
// connections for drop, answers 503 for error_503, and holds requests up for delay. synapse-tools: chaos_options.
func (sp *reader) readChaos(here func(string) string, report finding.Report) {
	groupings := sp.Get("chaos")
	if !groupings.IsMap() {
		return
	}
	var fail string
	var wait *yaml11.Node
	for _, p := range groupings.Pairs {
		entry := p.Value.Get(here(python.Str(p.Key)))
		if v := entry.Get("fail"); v != nil {
			fail = python.Str(v)
		}
		if v := entry.Get("delay"); v != nil {
			wait = v
		}
	}
	switch {
	case fail == "drop", fail == "error_503" && sp.tcp():
		sp.drop = true
	case fail == "error_503":
		sp.abort = true
	case wait.Truthy():
		ms, ok := haproxyTime(python.Str(wait))
		if !ok || sp.tcp() {
			report(sp.Finding(finding.Finding{Code: finding.NotInEnvoy, Severity: finding.Warning, At: wait.Position(),
				Message: fmt.Sprintf("%s: Envoy does not hold up by %s what is no HTTP request, or no time",
					sp.name, python.Str(wait))}))
			return
		}
		sp.delay = delay{ms, 100}
	}
}

var timePattern = regexp.MustCompile(`^([0-9]+)(us|ms|s|m|h|d)?$`)

// haproxyTime reads HAProxy's times, milliseconds when they have no unit.
func haproxyTime(text string) (ms float64, ok bool) {
	m := timePattern.FindStringSubmatch(text)
	if m == nil {
		return 0, false
	}
	v, err := strconv.ParseFloat(m[1], 64)
	unit := map[string]float64{"": 1, "us": 0.001, "ms": 1, "s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}[m[2]]
	return min(math.Ceil(v*unit), longestMS), err == nil && v > 0
}

// checkReach tells where Envoy sees more or fewer pods than SmartStack would: DNS names of the cluster stand for all
// pods of the cluster and for no others.
func (sp *reader) checkReach(c *config.Cluster, l *config.Locations, report finding.Report) {
	discover := sp.Discover()
	if region := l.OfCluster(c.Name, "region"); region != "" && l.Depth(discover) > l.Depth("region") {
		if inside := l.Convert(region, "region", discover); len(inside) > 1 {
			report(sp.Finding(finding.Finding{Code: finding.NotInEnvoy, Severity: finding.Info,
				At: sp.At("discover"), Cluster: c.Name,
				Message: fmt.Sprintf("%s discovers at %s; Envoy reaches the pods of the whole cluster, in %s",
					sp.name, discover, strings.Join(inside, ", "))}))
		}
	}
	mine := l.OfCluster(c.Name, discover)
	if mine == "" {
		return
	}
	for _, other := range c.Company.Clusters {
		if other == c || !sp.hasFile(other) {
			continue
		}
		there := func(kind string) string { return l.OfCluster(other.Name, kind) }
		if slices.Contains(sp.AdvertisedPlaces(l, there), config.Place{Kind: discover, Location: mine}) {
			report(sp.Finding(finding.Finding{Code: finding.NotInEnvoy, Severity: finding.Info,
				At: sp.At("discover"), Cluster: c.Name,
				Message: fmt.Sprintf("the pods of %s in %s advertise to %s:%s, too; Envoy in %s reaches those of its own cluster",
					sp.name, other.Name, discover, mine, c.Name)}))
		}
	}
}

// hasFile tells whether the namespace's service may run pods in another cluster.
func (sp *reader) hasFile(c *config.Cluster) bool {
	return sp.folder.Exists("kubernetes-"+c.Name+".yaml") || sp.folder.Exists("eks-"+c.Name+".yaml")
}
