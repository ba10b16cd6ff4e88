package logs

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/paasta-render/paasta-render/compiler/paasta"
)

// namespacePrefix begins the namespaces that PaaSTA makes.
const namespacePrefix = paasta.NamespacePrefix

// operator is a step of the file_log receiver; each type has its own keys.
type operator struct {
	Type             string   `json:"type"`
	ID               string   `json:"id"`
	If               string   `json:"if,omitempty"`
	Regex            string   `json:"regex,omitempty"`
	ParseFrom        string   `json:"parse_from,omitempty"`
	ParseTo          string   `json:"parse_to,omitempty"`
	Expr             string   `json:"expr,omitempty"`
	DropRatio        *float64 `json:"drop_ratio,omitempty"`
	Field            string   `json:"field,omitempty"`
	Value            string   `json:"value,omitempty"`
	CombineField     string   `json:"combine_field,omitempty"`
	CombineWith      *string  `json:"combine_with,omitempty"`
	IsFirstEntry     string   `json:"is_first_entry,omitempty"`
	IsLastEntry      string   `json:"is_last_entry,omitempty"`
	SourceIdentifier string   `json:"source_identifier,omitempty"`
	MaxBatchSize     *int     `json:"max_batch_size,omitempty"`
	MaxUnmatched     *int     `json:"max_unmatched_batch_size,omitempty"`
	MaxLogSize       string   `json:"max_log_size,omitempty"`
	ForceFlush       string   `json:"force_flush_period,omitempty"`
	Fields           []string `json:"fields,omitempty"`
	OnError          string   `json:"on_error,omitempty"`
}

const (
	// topicAttribute is the attribute of the resource that holds the topic.
	topicAttribute = "topic"
	// maxMessage is what Kafka's brokers take as one message by default, in bytes.
	maxMessage = 1_000_000
	// maxEntry is where a longer entry is cut: as JSON a byte may become six, and that still fits into a message.
	maxEntry = "128KiB"
	// maxLines is how many lines an entry has at most.
	maxLines = 1000
)

// continuation matches lines that go on with the entry before them: what is indented, and the lines of Java's and
// Python's stack traces that are not.
const continuation = `^(?:\s|Caused by: |Suppressed: |\.\.\. \d+ more|Traceback \(most recent call last\):|` +
	`During handling of the above exception|The above exception was the direct cause|` +
	`(?:[A-Za-z_][\w$]*\.)*[A-Z]\w*(?:Error|Exception|Interrupt|Exit|Warning)(?:: |$))`

// operators make of a line of a file what Kafka gets.
func operators(cluster string, streams []routed) []operator {
	none, without, newline, most := 0, "", "\n", maxLines
	all := []operator{
		{Type: "regex_parser", ID: "where", ParseFrom: `attributes["log.file.path"]`, ParseTo: "resource",
			Regex: `^.*/(?P<source>(?P<namespace>[^_/]+)_(?P<pod>[^_/]+)_[^/]+/(?P<container>[^/]+))/[^/]*$`},
		{Type: "filter", ID: "known", Expr: "not (resource.source matches " + strconv.Quote(known(streams)) + ")"},
		{Type: "regex_parser", ID: "line", ParseFrom: "body", ParseTo: "attributes", OnError: "drop",
			Regex: `^(?P<timestamp>\S+) (?P<component>stdout|stderr) (?P<part>[FP])\S* ?(?P<text>(?s:.*))$`},
		{Type: "add", ID: "stream", Field: "attributes.stream",
			Value: expression(`resource.source + " " + attributes.component`)},
		{Type: "recombine", ID: "pieces", CombineField: "attributes.text", CombineWith: &without,
			IsLastEntry:      `attributes.part == "F"`,
			SourceIdentifier: "attributes.stream", MaxBatchSize: &none, MaxUnmatched: &none, MaxLogSize: maxEntry,
			ForceFlush: "5s"},
	}
	all = append(all, names(streams)...)
	all = append(all, operator{Type: "recombine", ID: "lines", CombineField: "attributes.text", CombineWith: &newline,
		IsFirstEntry: firstLine(streams), SourceIdentifier: "attributes.stream", MaxBatchSize: &most, MaxUnmatched: &most,
		MaxLogSize: maxEntry, ForceFlush: "1s"})
	all = append(all, byLevel(streams)...)
	all = append(all, sampled(streams)...)
	all = append(all, topics(streams)...)
	all = append(all,
		operator{Type: "add", ID: "message", Field: "body", Value: expression(`{"cluster": ` + strconv.Quote(cluster) +
			`, "service": attributes.service, "instance": attributes.instance, "component": attributes.component, ` +
			`"pod_name": resource.pod, "timestamp": attributes.timestamp, "message": attributes.text}`)},
		operator{Type: "retain", ID: "rest", Fields: []string{"resource." + topicAttribute, "resource.pod",
			"attributes.component"}})
	for n := range all {
		all[n].escape()
	}
	return all
}

// escape doubles dollars: the Collector takes a single one for the beginning of a variable.
func (o *operator) escape() {
	for _, text := range []*string{&o.If, &o.Regex, &o.Expr, &o.Value, &o.IsFirstEntry} {
		*text = strings.ReplaceAll(*text, "$", "$$")
	}
}

// expression makes a value of what is computed for each entry.
func expression(text string) string { return "EXPR(" + text + ")" }

// known matches the folders of all streams: <namespace>_<pod>_<uid>/<container>. One expression for all, which Go
// matches in a time that hardly grows with their number.
func known(streams []routed) string {
	byNamespace := map[string][]string{}
	var order []string
	for _, s := range streams {
		if byNamespace[s.namespace] == nil {
			order = append(order, s.namespace)
		}
		if p := s.pattern(); !slices.Contains(byNamespace[s.namespace], p) {
			byNamespace[s.namespace] = append(byNamespace[s.namespace], p)
		}
	}
	slices.Sort(order)
	for n, namespace := range order {
		order[n] = regexp.QuoteMeta(namespace) + "_(?:" + strings.Join(byNamespace[namespace], "|") + ")"
	}
	return "^(?:" + strings.Join(order, "|") + ")$"
}

// names sets the service and the instance from the names of the pod and the container, and where these do not tell,
// from the streams themselves.
func names(streams []routed) []operator {
	all := []operator{
		{Type: "add", ID: "service", Field: "attributes.service",
			Value: expression(`replace(resource.pod[:max(lastIndexOf(resource.pod, "-" + resource.container + "-"), 0)], ` +
				`"--", "_")`)},
		{Type: "add", ID: "instance", Field: "attributes.instance",
			Value: expression(`replace(resource.container, "--", "_")`)},
	}
	n := 0
	for _, s := range streams {
		if s.telling() {
			continue
		}
		n++
		condition := "resource.source matches " + strconv.Quote("^"+regexp.QuoteMeta(s.namespace)+"_"+s.pattern()+"$")
		all = append(all,
			operator{Type: "add", ID: fmt.Sprintf("service_%d", n), If: condition, Field: "attributes.service",
				Value: expression(strconv.Quote(s.service))},
			operator{Type: "add", ID: fmt.Sprintf("instance_%d", n), If: condition, Field: "attributes.instance",
				Value: expression(strconv.Quote(s.instance))})
	}
	return all
}

// firstLine is true for lines that begin an entry.
func firstLine(streams []routed) string {
	text := "not (attributes.text matches " + strconv.Quote(continuation) + ")"
	for _, s := range services(streams) {
		if s.choices.firstLine != "" {
			text = fmt.Sprintf("attributes.service == %q ? attributes.text matches %s : (%s)", s.service,
				strconv.Quote(s.choices.firstLine), text)
		}
	}
	return text
}

// services returns one stream of each service.
func services(streams []routed) []routed {
	return slices.CompactFunc(slices.Clone(streams), func(a, b routed) bool { return a.service == b.service })
}

// byLevel finds the level of entries of the services that want some levels only, and drops those of lower ones. An
// entry in which no level is found is kept. In JSON it is the value of level, severity or levelname; elsewhere the
// first word in capitals that is one, in the first 128 characters.
func byLevel(streams []routed) []operator {
	lists := map[string][]string{}
	var wanting []string
	for _, s := range services(streams) {
		if s.choices.level != "" && s.choices.level != levels[0][0] {
			lists[s.choices.level] = append(lists[s.choices.level], strconv.Quote(s.service))
			wanting = append(wanting, strconv.Quote(s.service))
		}
	}
	if len(wanting) == 0 {
		return nil
	}
	var words []string
	for _, l := range levels {
		words = append(words, l...)
	}
	condition := "attributes.service in [" + strings.Join(wanting, ", ") + "]"
	json := `attributes.text startsWith "{"`
	all := []operator{
		{Type: "regex_parser", ID: "level_json", If: condition + " and " + json, ParseFrom: "attributes.text",
			ParseTo: "attributes",
			Regex:   `"(?:level|severity|levelname)"\s*:\s*"(?P<level>\w+)"`, OnError: "send_quiet"},
		{Type: "regex_parser", ID: "level_text", If: condition + " and not (" + json + ")", ParseFrom: "attributes.text",
			ParseTo: "attributes", Regex: `^.{0,128}?\b(?P<level>` + strings.ToUpper(strings.Join(words, "|")) + `)\b`,
			OnError: "send_quiet"},
	}
	for _, level := range levelNames() {
		if len(lists[level]) == 0 {
			continue
		}
		all = append(all, operator{Type: "filter", ID: "below_" + level, Expr: fmt.Sprintf(
			`attributes.service in [%s] and lower(attributes.level ?? "") in ["%s"]`, strings.Join(lists[level], ", "),
			strings.Join(below(level), `", "`))})
	}
	return all
}

// sampled drops entries by chance.
func sampled(streams []routed) []operator {
	var all []operator
	for _, s := range services(streams) {
		if s.choices.sample == nil || *s.choices.sample == 1 {
			continue
		}
		drop := 1 - *s.choices.sample
		all = append(all, operator{Type: "filter", ID: fmt.Sprintf("sample_%d", len(all)+1), DropRatio: &drop,
			Expr: fmt.Sprintf("attributes.service == %q", s.service)})
	}
	return all
}

// topics sets the topic.
func topics(streams []routed) []operator {
	field := "resource." + topicAttribute
	all := []operator{{Type: "add", ID: "topic", Field: field,
		Value: expression(strconv.Quote(topicPrefix) + " + attributes.service")}}
	for _, s := range services(streams) {
		if s.choices.topic != topicPrefix+s.service {
			all = append(all, operator{Type: "add", ID: fmt.Sprintf("topic_%d", len(all)), Field: field, Value: s.choices.topic,
				If: fmt.Sprintf("attributes.service == %q", s.service)})
		}
	}
	return all
}
