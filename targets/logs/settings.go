package logs

import (
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/spelling"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// settings are the key logs of the system config.
type settings struct {
	brokers map[string]*brokers
}

// defaultBrokers takes the lines of services that name no brokers.
const defaultBrokers = "default"

// brokers are one Kafka cluster.
type brokers struct {
	addresses   []string // host:port
	tls         bool     // default false
	tlsSecret   string   // Secret with ca.crt, tls.crt, tls.key; empty: the CAs of the image, no certificate
	mechanism   string   // of SASL; empty for none
	compression string   // default lz4
}

var (
	settingKeys  = []string{"brokers"}
	brokerKeys   = []string{"addresses", "compression", "sasl", "tls"}
	saslKeys     = []string{"mechanism", "secret"}
	tlsKeys      = []string{"secret"}
	mechanisms   = []string{"PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"}
	compressions = []string{"gzip", "lz4", "none", "snappy", "zstd"}
)

// brokersName is a name that can be part of a variable's name and of a folder's.
var brokersName = regexp.MustCompile(`^[a-z][a-z0-9_]{0,30}$`)

// secretName is what Kubernetes takes as the name of a Secret.
var secretName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$`)

// reader reads the key and reports what is wrong at its place.
type reader struct {
	cluster string
	report  finding.Report
	failed  bool
}

func (r *reader) wrong(n *yaml11.Node, message, suggestion string) {
	r.failed = true
	r.report(finding.Finding{Code: BrokersWrong, At: n.Position(), Message: message, Suggestion: suggestion,
		Cluster: r.cluster})
}

// keys refuses keys of a mapping that are not known; ok is false when it is none.
func (r *reader) keys(n *yaml11.Node, what string, known []string) (ok bool) {
	if !n.IsMap() {
		r.wrong(n, what+" must be keys and values, one or more of "+strings.Join(known, ", "), "")
		return false
	}
	for _, p := range n.Pairs {
		if !slices.Contains(known, p.Key.Text) {
			r.wrong(p.Key, fmt.Sprintf("unknown key %q of %s; known are %s", p.Key.Text, what, strings.Join(known, ", ")),
				spelling.NearestBut(n.Has)(p.Key.Text, known))
		}
	}
	return true
}

// readSettings returns what the system config says of logs; ok is false when a fault was reported.
func readSettings(c *config.Cluster, report finding.Report) (set settings, ok bool) {
	r := &reader{cluster: c.Name, report: report}
	root := c.System.Get(settingsKey)
	if root.IsNull() {
		r.report(finding.Finding{Code: BrokersWrong, At: c.System.Config.Position(), Cluster: c.Name,
			Message:    "the target logs is asked for, and the system config has no key logs with the Kafka brokers",
			Suggestion: "logs: {brokers: {default: {addresses: [kafka.example.com:9092]}}}"})
		return set, false
	}
	if !r.keys(root, "logs", settingKeys) {
		return set, false
	}
	all := root.Get("brokers")
	if !all.IsMap() || len(all.Pairs) == 0 {
		r.wrong(root, "logs.brokers must name at least one list of Kafka brokers",
			"brokers: {default: {addresses: [kafka.example.com:9092]}}")
		return set, false
	}
	set.brokers = map[string]*brokers{}
	for _, p := range all.Pairs {
		if !p.Key.IsString() || !brokersName.MatchString(p.Key.Text) {
			r.wrong(p.Key, "a name of brokers must be lower-case letters, digits and underscores, at most 31", "")
			continue
		}
		if r.keys(p.Value, "the brokers "+p.Key.Text, brokerKeys) {
			set.brokers[p.Key.Text] = r.brokers(p.Value)
		}
	}
	if !all.Has(defaultBrokers) {
		r.wrong(all, "logs.brokers has no entry default, for the services that name none", "")
	}
	return set, !r.failed
}

// keyNode returns the key of a mapping as it is written.
func keyNode(n *yaml11.Node, key string) *yaml11.Node {
	for _, p := range n.Pairs {
		if p.Key.Text == key {
			return p.Key
		}
	}
	return n
}

func (r *reader) brokers(n *yaml11.Node) *brokers {
	b := &brokers{compression: "lz4"}
	addresses := n.Get("addresses")
	if !addresses.IsList() || len(addresses.Items) == 0 {
		at := n
		if addresses != nil {
			at = addresses
		}
		r.wrong(at, "addresses must be a list of host:port", "addresses: [kafka.example.com:9092]")
		addresses = yaml11.NewList()
	}
	for _, item := range addresses.Items {
		text, _ := item.Str()
		if !isAddress(text) {
			r.wrong(item, fmt.Sprintf("%q is no address of a broker, host:port", item.Text), "")
			continue
		}
		b.addresses = append(b.addresses, text)
	}
	if c := n.Get("compression"); !c.IsNull() {
		b.compression = r.oneOf(c, "compression", compressions)
	}
	switch tls := n.Get("tls"); {
	case tls.IsNull():
	case tls.Kind == yaml11.Bool:
		b.tls = tls.Bool
	case r.keys(tls, "tls", tlsKeys):
		b.tls, b.tlsSecret = true, r.secret(tls)
	}
	if sasl := n.Get("sasl"); !sasl.IsNull() && r.keys(sasl, "sasl", saslKeys) {
		b.mechanism = r.oneOf(sasl.Get("mechanism"), "mechanism", mechanisms)
		r.secret(sasl)
		if !b.tls {
			r.wrong(keyNode(n, "sasl"), "credentials would travel without encryption: sasl needs tls", "tls: true")
		}
	}
	return b
}

// address is host:port, where an IPv6 address is in brackets.
var address = regexp.MustCompile(`^(?:[-._a-zA-Z0-9]+|\[[0-9a-fA-F:]+\]):([0-9]{1,5})$`)

// isAddress tells whether a text is host:port.
func isAddress(text string) bool {
	m := address.FindStringSubmatch(text)
	if m == nil {
		return false
	}
	port, _ := strconv.Atoi(m[1])
	return port > 0 && port <= 65535
}

func (r *reader) oneOf(n *yaml11.Node, key string, known []string) string {
	text, _ := n.Str()
	if !slices.Contains(known, text) {
		r.wrong(n, key+" must be one of "+strings.Join(known, ", "), spelling.Nearest(text, known))
	}
	return text
}

// secret returns the name of a Secret. Secrets themselves are never in the configuration.
func (r *reader) secret(n *yaml11.Node) string {
	name, _ := n.Get("secret").Str()
	if !secretName.MatchString(name) {
		r.wrong(n, "secret must be the name of a Kubernetes Secret in the Collector's namespace", "")
	}
	return name
}

// topicName is what Kafka takes as the name of a topic. Kafka: Topic.validate.
var topicName = regexp.MustCompile(`^[-._a-zA-Z0-9]{1,249}$`)

// takes tells whether a service's lines have somewhere to go, and reports why not.
func (s settings) takes(cluster, service string, c *choices, report finding.Report) bool {
	f := finding.Finding{Service: service, Cluster: cluster}
	switch {
	case s.brokers[c.brokers] == nil:
		f.Code, f.At = BrokersUnknown, c.brokersAt
		names := slices.Sorted(maps.Keys(s.brokers))
		f.Message = fmt.Sprintf("the cluster %s has no Kafka brokers %q; it has %s", cluster, c.brokers,
			strings.Join(names, ", "))
		f.Suggestion = spelling.Nearest(c.brokers, names)
	case !topicName.MatchString(c.topic) || c.topic == "." || c.topic == "..":
		f.Code, f.At = TopicWrong, c.topicAt
		f.Message = fmt.Sprintf("Kafka takes no topic %q: a name is letters, digits, dots, dashes and underscores, at "+
			"most 249", c.topic)
	default:
		return true
	}
	report(f)
	return false
}
