package capacity

import (
	"fmt"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Type is a type of machine that the price file knows.
type Type struct {
	Name   string
	Room   Amount // what it has for pods: all but what the node keeps for itself
	Labels map[string]string
	Offers []Offer // at most 64
}

// Offer is where and how a type is sold.
type Offer struct {
	Zone     string // empty when the price file names none
	Capacity string // on-demand, spot, reserved
	Price    float64
}

// region is the zone without its last letter, as AWS names them.
func (o Offer) region() string { return strings.TrimRight(o.Zone, "abcdefghijklmnopqrstuvwxyz") }

// maxOffers is how many offers of one type are read.
const maxOffers = 64

// PriceFiles are price files that have been read: clusters that share one share what it says, and its faults are
// reported once.
type PriceFiles struct{ read map[*yaml11.Node][]Type }

// Read is ReadPrices for a file that may have been read before; then it reports nothing, and again is true.
func (p *PriceFiles) Read(n *yaml11.Node, report finding.Report) (types []Type, again bool) {
	if types, again = p.read[n]; again {
		return types, true
	}
	if p.read == nil {
		p.read = map[*yaml11.Node][]Type{}
	}
	p.read[n] = ReadPrices(n, report)
	return p.read[n], false
}

// ReadPrices reads the key `prices` of the system config. What is wrong is reported, and left out.
func ReadPrices(n *yaml11.Node, report finding.Report) []Type {
	if n.IsNull() {
		return nil
	}
	r := &priceReader{report: report}
	if !n.IsMap() {
		r.wrong(n, "prices is "+n.KindWithArticle()+", not a mapping with types")
		return nil
	}
	r.zones = texts(n.Get("zones"))
	r.reserved = r.amount(n.Get("reserved"))
	types := n.Get("types")
	if !types.IsMap() {
		r.wrong(orElse(types, n), "prices has no mapping of types")
		return nil
	}
	var all []Type
	for _, p := range types.Pairs {
		if t, ok := r.machine(p.Key.Text, p.Value); ok {
			all = append(all, t)
		}
	}
	slices.SortFunc(all, func(a, b Type) int { return strings.Compare(a.Name, b.Name) })
	return all
}

type priceReader struct {
	zones    []string
	reserved Amount
	report   finding.Report
	failed   bool
}

func (r *priceReader) wrong(n *yaml11.Node, message string) {
	r.failed = true
	r.report(finding.Finding{Code: finding.PriceWrong, At: n.Position(), Message: message})
}

func (r *priceReader) machine(name string, n *yaml11.Node) (t Type, ok bool) {
	r.failed = false
	if !n.IsMap() {
		r.wrong(n, fmt.Sprintf("the type %s is %s, not a mapping", name, n.KindWithArticle()))
		return t, false
	}
	t = Type{Name: name, Room: r.amount(n)}
	if t.Room.CPU <= 0 || t.Room.Memory <= 0 {
		r.wrong(n, fmt.Sprintf("the type %s needs cpus (cores) and mem (MiB) above 0", name))
	}
	if n.Get("pods").IsNull() {
		t.Room.Pods = 110 // the default of Kubernetes' kubelet
	}
	t.Labels = r.labels(n, t)
	reserved := r.reserved
	if own := n.Get("reserved"); !own.IsNull() {
		reserved = r.amount(own)
	}
	t.Room = t.Room.Minus(reserved)
	t.Offers = r.offers(name, n)
	return t, !r.failed
}

// amount reads cpus (cores), mem and disk (MiB), gpus and pods.
func (r *priceReader) amount(n *yaml11.Node) Amount {
	if n.IsNull() {
		return Amount{}
	}
	number := func(key string, unit float64) int64 {
		v := n.Get(key)
		if v.IsNull() {
			return 0
		}
		f, ok := v.Number()
		if !ok || v.Kind == yaml11.Bool || f < 0 || f*unit > math.MaxInt64/2 || math.IsNaN(f) {
			r.wrong(v, key+" must be a number that is not negative")
			return 0
		}
		return int64(math.Round(f * unit))
	}
	return Amount{CPU: number("cpus", 1000), Memory: number("mem", MiB), Disk: number("disk", MiB),
		GPUs: number("gpus", 1), Pods: number("pods", 1)}
}

var awsName = regexp.MustCompile(`^(([a-z]+(?:-[0-9]+tb)?)([0-9]*)[a-z0-9-]*)\.([a-z0-9-]+)$`)

// labels are what Karpenter says of a machine of the type, as far as its name and size tell; the key labels has the
// rest.
func (r *priceReader) labels(n *yaml11.Node, t Type) map[string]string {
	labels := map[string]string{
		"node.kubernetes.io/instance-type": t.Name, "kubernetes.io/os": "linux", "kubernetes.io/arch": "amd64",
		"karpenter.k8s.aws/instance-cpu":    strconv.FormatInt(t.Room.CPU/1000, 10),
		"karpenter.k8s.aws/instance-memory": strconv.FormatInt(t.Room.Memory/MiB, 10),
	}
	if arch, ok := n.Get("arch").Str(); ok {
		labels["kubernetes.io/arch"] = arch
	}
	if parts := awsName.FindStringSubmatch(t.Name); parts != nil {
		labels["karpenter.k8s.aws/instance-family"], labels["karpenter.k8s.aws/instance-category"] = parts[1], parts[2]
		labels["karpenter.k8s.aws/instance-size"] = parts[4]
		if parts[3] != "" {
			labels["karpenter.k8s.aws/instance-generation"] = parts[3]
		}
	}
	if t.Room.GPUs > 0 {
		labels["karpenter.k8s.aws/instance-gpu-count"] = strconv.FormatInt(t.Room.GPUs, 10)
	}
	if more := n.Get("labels"); more.IsMap() {
		for _, p := range more.Pairs {
			if text, ok := p.Value.Str(); ok {
				labels[p.Key.Text] = text
			}
		}
	}
	return labels
}

// offers reads the key price: capacity type to US dollars an hour, everywhere or by zone.
func (r *priceReader) offers(name string, n *yaml11.Node) []Offer {
	prices := n.Get("price")
	if !prices.IsMap() || len(prices.Pairs) == 0 {
		r.wrong(orElse(prices, n), fmt.Sprintf("the type %s has no price: {on-demand: …, spot: …}", name))
		return nil
	}
	zones := r.zones
	if own := texts(n.Get("zones")); len(own) > 0 {
		zones = own
	}
	if len(zones) == 0 {
		zones = []string{""}
	}
	var all []Offer
	for _, p := range prices.Pairs {
		if p.Value.IsMap() {
			for _, z := range p.Value.Pairs {
				all = append(all, Offer{z.Key.Text, p.Key.Text, r.price(z.Value)})
			}
			continue
		}
		price := r.price(p.Value)
		for _, zone := range zones {
			all = append(all, Offer{zone, p.Key.Text, price})
		}
	}
	if len(all) > maxOffers {
		r.wrong(prices, fmt.Sprintf("the type %s has %d prices; at most %d are read", name, len(all), maxOffers))
		return nil
	}
	return all
}

func (r *priceReader) price(n *yaml11.Node) float64 {
	f, ok := n.Number()
	if !ok || n.Kind == yaml11.Bool || f < 0 || math.IsInf(f, 0) || math.IsNaN(f) {
		r.wrong(n, "a price must be a number of US dollars an hour that is not negative")
	}
	return f
}

func texts(n *yaml11.Node) []string {
	var all []string
	if n.IsList() {
		for _, item := range n.Items {
			if text, ok := item.Str(); ok {
				all = append(all, text)
			}
		}
	}
	return all
}

func orElse(n, other *yaml11.Node) *yaml11.Node {
	if n == nil {
		return other
	}
	return n
}
