package autotune

import (
	"bytes"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"sort"
	"strconv"
	"strings"

	"k8s.io/apimachinery/pkg/api/resource"

	"github.com/paasta-render/paasta-render/compiler/finding"
)

// Read reads recommendations in any of the three forms: JSON of VerticalPodAutoscalers (kubectl get vpa -A -o json), JSON
// of a range of Prometheus, or the CSV of a rightsizer. The results are those of ReadCSV.
func Read(name string, data []byte, report finding.Report) (all []Recommendation, refused map[string]bool, ok bool) {
	if !bytes.HasPrefix(bytes.TrimLeft(data, " \t\r\n"), []byte("{")) {
		return ReadCSV(name, data, report)
	}
	var answer struct {
		Items  json.RawMessage
		Status any
		Data   struct{ Result []series }
	}
	at := finding.Position{File: name, Line: 1, Column: 1}
	if err := json.Unmarshal(data, &answer); err != nil {
		report(finding.Finding{Code: finding.AutotuneInput, At: at, Message: "the JSON cannot be read: " + err.Error()})
		return nil, nil, false
	}
	m := measured{at: at, report: report, rows: map[[3]string]map[string]float64{}, refused: map[string]bool{}}
	switch {
	case answer.Items != nil:
		ok = m.autoscalers(answer.Items)
	case answer.Status == "success":
		ok = m.ranges(answer.Data.Result)
	default:
		report(finding.Finding{Code: finding.AutotuneInput, At: at,
			Message: "the JSON is neither a list of VerticalPodAutoscalers nor an answer of Prometheus"})
	}
	return m.recommendations(), m.refused, ok
}

// measured collects what a JSON input says, by service, cluster, instance and the column of the CSV that it would be.
type measured struct {
	at      finding.Position
	report  finding.Report
	rows    map[[3]string]map[string]float64
	refused map[string]bool
}

func (m *measured) row(service, cluster, instance string) map[string]float64 {
	key := [3]string{service, cluster, instance}
	if m.rows[key] == nil {
		m.rows[key] = map[string]float64{}
	}
	return m.rows[key]
}

func (m *measured) skip(message string) {
	m.report(finding.Finding{Code: finding.AutotuneInput, Severity: finding.Warning, At: m.at, Message: message})
}

// Labels that say whose a VerticalPodAutoscaler is; our target vpa sets them.
const (
	serviceLabel  = "paasta.yelp.com/service"
	instanceLabel = "paasta.yelp.com/instance"
	clusterLabel  = "paasta.yelp.com/cluster"
	hacheckName   = "hacheck"
)

// autoscalers reads what VerticalPodAutoscalers recommend: the target of the container that is called after the instance,
// and that of hacheck. Other containers are nobody's in soa-configs.
func (m *measured) autoscalers(items json.RawMessage) bool {
	var all []struct {
		Kind     string
		Metadata struct {
			Name   string
			Labels map[string]string
		}
		Status struct {
			Recommendation struct {
				ContainerRecommendations []struct {
					ContainerName string
					Target        map[string]string
				}
			}
		}
	}
	if err := json.Unmarshal(items, &all); err != nil {
		m.report(finding.Finding{Code: finding.AutotuneInput, At: m.at, Message: "the list cannot be read: " + err.Error()})
		return false
	}
	for _, v := range all {
		labels := v.Metadata.Labels
		if v.Kind != "VerticalPodAutoscaler" {
			m.skip(fmt.Sprintf("%s %s is passed over: it is no VerticalPodAutoscaler", v.Kind, v.Metadata.Name))
			continue
		}
		if labels[serviceLabel] == "" || labels[instanceLabel] == "" || labels[clusterLabel] == "" {
			m.skip(fmt.Sprintf("the VerticalPodAutoscaler %s is passed over: its labels do not say of which service, instance "+
				"and cluster it is", v.Metadata.Name))
			continue
		}
		row := m.row(labels[serviceLabel], labels[clusterLabel], labels[instanceLabel])
		own := strings.ReplaceAll(labels[instanceLabel], "_", "--")
		for _, c := range v.Status.Recommendation.ContainerRecommendations {
			cpu, errCPU := resource.ParseQuantity(c.Target["cpu"])
			memory, errMemory := resource.ParseQuantity(c.Target["memory"])
			switch {
			case errCPU != nil || errMemory != nil:
				m.skip(fmt.Sprintf("the VerticalPodAutoscaler %s recommends no amounts for %s", v.Metadata.Name, c.ContainerName))
			case c.ContainerName == hacheckName:
				row["hacheck_cpus"] = cpu.AsApproximateFloat64()
			case c.ContainerName == own:
				row["cpus"], row["mem"] = cpu.AsApproximateFloat64(), memory.AsApproximateFloat64()/(1<<20)
			}
		}
	}
	return true
}

// series is one series of a range of Prometheus.
type series struct {
	Metric map[string]string
	Values [][2]any // time, value as text
}

// highest is the share of measurements of CPU that may be above the recommendation.
const highest = 0.95

// ranges reads series with the labels service, cluster, instance (also with paasta_ before them) and resource: cpus in
// cores, of which the 95th percentile is recommended; mem and disk in bytes, of which the greatest is; throttled and
// oom_killed, of which any value above 0 keeps the instance from getting less.
func (m *measured) ranges(all []series) bool {
	for _, s := range all {
		label := func(name string) string {
			if v := s.Metric["paasta_"+name]; v != "" {
				return v
			}
			return s.Metric[name]
		}
		what := s.Metric["resource"]
		known := slices.Contains([]string{"cpus", "mem", "disk", "hacheck_cpus", "throttled", "oom_killed"}, what)
		values := measurements(s.Values)
		if !known || label("service") == "" || label("cluster") == "" || label("instance") == "" || len(values) == 0 {
			m.skip(fmt.Sprintf("the series %v is passed over: it needs the labels service, cluster, instance, resource (cpus, mem, "+
				"disk, hacheck_cpus, throttled or oom_killed), and numbers", s.Metric))
			continue
		}
		value := values[len(values)-1]
		switch what {
		case "cpus", "hacheck_cpus":
			value = values[min(len(values)-1, int(math.Ceil(highest*float64(len(values))))-1)]
		case "mem", "disk":
			value /= 1 << 20
		}
		row := m.row(label("service"), label("cluster"), label("instance"))
		row[what] = max(row[what], value) // several pods
	}
	return true
}

// measurements are the values of a series, sorted; what is no number is left out.
func measurements(values [][2]any) []float64 {
	var all []float64
	for _, v := range values {
		text, _ := v[1].(string)
		if f, err := strconv.ParseFloat(text, 64); err == nil && !math.IsNaN(f) && !math.IsInf(f, 0) {
			all = append(all, f)
		}
	}
	sort.Float64s(all)
	return all
}

// recommendations turns what was collected into recommendations, in order of service, cluster and instance.
func (m *measured) recommendations() []Recommendation {
	keys := make([][3]string, 0, len(m.rows))
	for key := range m.rows {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b [3]string) int { return slices.Compare(a[:], b[:]) })
	var all []Recommendation
	for _, key := range keys {
		r := Recommendation{Service: key[0], File: "kubernetes-" + key[1], Instance: key[2], At: m.at}
		for _, column := range columns {
			f, there := m.rows[key][column]
			if !there {
				continue
			}
			if name, value, err := kubernetesValue(column, rounded(column, f)); err == nil && value != nil {
				r.Settings = append(r.Settings, Setting{name, value})
			}
		}
		for _, column := range holds {
			if m.rows[key][column] > 0 {
				r.Held = strings.ReplaceAll(column, "_", "-")
			}
		}
		if len(r.Settings) > 0 {
			all = append(all, r)
		}
	}
	return all
}

// rounded writes a measurement as a rightsizer would: cores in thousandths, at least one; MiB whole.
func rounded(column string, f float64) string {
	if column == "mem" || column == "disk" {
		return strconv.FormatFloat(math.Ceil(f), 'f', 0, 64)
	}
	return strconv.FormatFloat(max(math.Ceil(f*1000)/1000, 0.001), 'f', -1, 64)
}
