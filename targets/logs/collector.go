package logs

import (
	"maps"
	"slices"
	"strings"
)

// The types below are the parts of the Collector's configuration that this target fills in. They are our own, because
// the Collector's Go modules bring hundreds of others with them; the end-to-end test puts the output before the real
// one.

type collector struct {
	Extensions map[string]any      `json:"extensions"`
	Receivers  map[string]fileLog  `json:"receivers"`
	Processors map[string]any      `json:"processors"`
	Exporters  map[string]exporter `json:"exporters"`
	Service    service             `json:"service"`
}

type fileLog struct {
	Include         []string       `json:"include"`
	Exclude         []string       `json:"exclude"`
	IncludeFilePath bool           `json:"include_file_path"`
	KeepTrailing    bool           `json:"preserve_trailing_whitespaces"`
	StartAt         string         `json:"start_at"`
	PollInterval    string         `json:"poll_interval"`
	Storage         string         `json:"storage"`
	Retry           map[string]any `json:"retry_on_failure"`
	Operators       []operator     `json:"operators"`
}

type exporter struct {
	Brokers     []string       `json:"brokers"`
	ClientID    string         `json:"client_id"`
	TLS         map[string]any `json:"tls,omitempty"`
	Auth        map[string]any `json:"auth,omitempty"`
	Logs        map[string]any `json:"logs"`
	TopicFrom   string         `json:"topic_from_attribute"`
	Partition   bool           `json:"partition_logs_by_resource_attributes"`
	Producer    map[string]any `json:"producer"`
	Timeout     string         `json:"timeout"`
	Retry       map[string]any `json:"retry_on_failure"`
	SendingBulk sendingQueue   `json:"sending_queue"`
}

type sendingQueue struct {
	Storage         string         `json:"storage"`
	BlockOnOverflow bool           `json:"block_on_overflow"`
	Sizer           string         `json:"sizer"`
	QueueSize       int            `json:"queue_size"`
	NumConsumers    int            `json:"num_consumers"`
	Batch           map[string]any `json:"batch"`
}

type service struct {
	Extensions []string            `json:"extensions"`
	Pipelines  map[string]pipeline `json:"pipelines"`
}

type pipeline struct {
	Receivers  []string `json:"receivers"`
	Processors []string `json:"processors"`
	Exporters  []string `json:"exporters"`
}

const (
	stateDir = "/var/lib/paasta-logs" // on the node: how far files are read, and lines that Kafka has not taken yet
	logDir   = "/var/log/pods/"       // where the kubelet puts containers' logs
	secrets  = "/etc/paasta-logs/"    // where the example DaemonSet mounts Secrets, a folder for each brokers
	// queued is how many entries of each brokers' queue are on the node's disk at most. After that the Collector stops
	// to read, and what the kubelet removes meanwhile is lost.
	queued = 500_000
	// batched is how many entries go to Kafka at once, at most; sent before when flushAfter has gone by.
	batched    = 5_000
	flushAfter = "200ms"
)

// collector puts the configuration together: for each brokers a receiver, an exporter and a pipeline, so that a Kafka
// that does not answer holds up no lines of the others.
func (s settings) collector(cluster string, all []routed) collector {
	c := collector{
		Extensions: map[string]any{
			"file_storage": map[string]any{"directory": stateDir, "create_directory": true, "fsync": false, "timeout": "10s",
				"compaction": map[string]any{"directory": stateDir, "on_start": true, "on_rebound": true}},
			"health_check": map[string]any{"endpoint": "0.0.0.0:13133"},
		},
		Receivers: map[string]fileLog{},
		Processors: map[string]any{"memory_limiter": map[string]any{
			"check_interval": "1s", "limit_percentage": 80, "spike_limit_percentage": 20}},
		Exporters: map[string]exporter{},
		Service:   service{Extensions: []string{"file_storage", "health_check"}, Pipelines: map[string]pipeline{}},
	}
	for _, name := range slices.Sorted(maps.Keys(s.brokers)) {
		var own []routed
		for _, r := range all {
			if r.choices.brokers == name {
				own = append(own, r)
			}
		}
		if len(own) == 0 {
			continue
		}
		c.Receivers["file_log/"+name] = receiver(cluster, own)
		c.Exporters["kafka/"+name] = s.brokers[name].exporter(name)
		c.Service.Pipelines["logs/"+name] = pipeline{Receivers: []string{"file_log/" + name},
			Processors: []string{"memory_limiter"}, Exporters: []string{"kafka/" + name}}
	}
	return c
}

// receiver reads the logs of pods that some stream is in. A file that the kubelet has renamed is read to its end, also
// when the Collector was away meanwhile.
func receiver(cluster string, streams []routed) fileLog {
	return fileLog{
		Include:         includes(streams),
		Exclude:         []string{logDir + "*/*/*.gz", logDir + "*/*/*.tmp"},
		IncludeFilePath: true,
		KeepTrailing:    true,        // a piece of a line may end in a space
		StartAt:         "beginning", // lines that a pod prints before the Collector sees its file
		PollInterval:    "500ms",
		Storage:         "file_storage",
		Retry:           map[string]any{"enabled": true, "max_elapsed_time": "0s"},
		Operators:       operators(cluster, streams),
	}
}

// includes are patterns of files, one for each way in which the streams' namespaces begin: looking through the folder
// costs time for each pattern. Which pods and containers count is for the first filter to say.
func includes(streams []routed) []string {
	patterns := map[string]bool{}
	for _, s := range streams {
		folder := s.namespace
		if strings.HasPrefix(folder, namespacePrefix) {
			folder = namespacePrefix + "*"
		}
		patterns[logDir+folder+"_*/*/*.log*"] = true
	}
	return slices.Sorted(maps.Keys(patterns))
}

// exporter sends entries to Kafka until it takes them. One at a time, and a pod's lines all to one partition, so that
// they stay in order.
func (b *brokers) exporter(name string) exporter {
	e := exporter{
		Brokers:   b.addresses,
		ClientID:  "paasta-logs",
		Logs:      map[string]any{"encoding": "raw"},
		TopicFrom: topicAttribute,
		Partition: true,
		Producer: map[string]any{"required_acks": "all", "compression": b.compression, "max_message_bytes": maxMessage,
			"allow_auto_topic_creation": true},
		Timeout: "30s",
		Retry:   map[string]any{"enabled": true, "initial_interval": "1s", "max_interval": "30s", "max_elapsed_time": "0s"},
		SendingBulk: sendingQueue{Storage: "file_storage", BlockOnOverflow: true, Sizer: "items", QueueSize: queued,
			NumConsumers: 1,
			Batch:        map[string]any{"flush_timeout": flushAfter, "min_size": batched / 2, "max_size": batched}},
	}
	if b.tls {
		e.TLS = map[string]any{"insecure": false}
	}
	if b.tlsSecret != "" {
		folder := secrets + name + "/"
		e.TLS = map[string]any{"ca_file": folder + "ca.crt", "cert_file": folder + "tls.crt", "key_file": folder + "tls.key"}
	}
	if b.mechanism != "" {
		variable := "${env:KAFKA_" + strings.ToUpper(name) + "_"
		e.Auth = map[string]any{"sasl": map[string]any{"mechanism": b.mechanism, "username": variable + "USERNAME}",
			"password": variable + "PASSWORD}"}}
	}
	return e
}
