package tron

import (
	"strings"

	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// scsConf is what Spark's configuration service is told of a job: the arguments from which the configuration was made.
type scsConf struct {
	sparkJob
	service                 *yaml11.Node
	instance, port, account string
	hasAccount              bool
}

// json prints it as Python's json.dumps(…, indent=4) does, keys in their order.
func (s scsConf) json() string {
	options := object{slab: &slab{}}
	for _, e := range s.user {
		options.replace(yaml11.NewString(e.key), yaml11.NewString(e.value))
	}
	force := s.force
	if force == nil {
		force = yaml11.NewBool(false)
	}
	account := yaml11.NewNull()
	if s.hasAccount {
		account = yaml11.NewString(s.account)
	}
	port, _ := python.ParseInt(s.port, 10)
	portNode := yaml11.NewString(s.port)
	if port != nil {
		portNode = yaml11.NewInt(port.Int64())
	}
	n := yaml11.NewMap(
		yaml11.Entry("cluster_manager", yaml11.NewString("kubernetes")),
		yaml11.Entry("spark_app_base_name", yaml11.NewString(s.base)),
		yaml11.Entry("docker_image", yaml11.NewString(s.image)),
		yaml11.Entry("user_spark_opts", yaml11.NewMap(options.pairs...)),
		yaml11.Entry("paasta_cluster", yaml11.NewString(s.cluster)),
		yaml11.Entry("paasta_pool", s.pool),
		yaml11.Entry("paasta_service", s.service),
		yaml11.Entry("paasta_instance", yaml11.NewString(s.instance)),
		yaml11.Entry("extra_volumes", yaml11.NewList(s.volumes...)),
		yaml11.Entry("force_spark_resource_configs", force),
		yaml11.Entry("k8s_server_address", s.address),
		yaml11.Entry("jira_ticket", yaml11.NewNull()),
		yaml11.Entry("service_account_name", yaml11.NewNull()),
		yaml11.Entry("ui_port", portNode),
		yaml11.Entry("user", yaml11.NewString(sparkUser)),
		yaml11.Entry("aws_account_id", account),
	)
	return string(appendIndented(nil, n, 0))
}

// appendIndented is json.dumps with an indent of four.
func appendIndented(b []byte, n *yaml11.Node, depth int) []byte {
	newline := func(depth int) {
		b = append(b, '\n')
		b = append(b, strings.Repeat("    ", depth)...)
	}
	switch {
	case n.IsList() && len(n.Items) > 0:
		b = append(b, '[')
		for i, item := range n.Items {
			if i > 0 {
				b = append(b, ',')
			}
			newline(depth + 1)
			b = appendIndented(b, item, depth+1)
		}
		newline(depth)
		return append(b, ']')
	case n.IsMap() && len(n.Pairs) > 0:
		b = append(b, '{')
		for i, p := range n.Pairs {
			if i > 0 {
				b = append(b, ',')
			}
			newline(depth + 1)
			b = python.AppendJSONString(b, python.Str(p.Key))
			b = append(b, ": "...)
			b = appendIndented(b, p.Value, depth+1)
		}
		newline(depth)
		return append(b, '}')
	}
	return python.AppendJSON(b, n, false)
}
