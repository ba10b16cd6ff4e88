package deployments

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/python"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// Group is a deploy group. Null is Python's None, which Tron actions without a deploy group have.
type Group struct {
	Text string // "None" when Null, as Python prints it into the tag's pattern
	Null bool
}

// key is how json.dump spells the group as a key.
func (g Group) key() string {
	if g.Null {
		return "null"
	}
	return g.Text
}

// Instance is what deployments.json is made for.
type Instance struct {
	Branch string // "<cluster>.<instance>", for Tron "<cluster>.<job>.<action>"
	Group  Group
}

// types are the instance types that take part, in PaaSTA's order. PaaSTA: cli.utils.INSTANCE_TYPE_HANDLERS.
var types = []string{
	"adhoc", "kubernetes", "eks", "tron", "flink", "flinkeks", "cassandracluster", "cassandraclustereks",
	"kafkacluster", "nrtsearchservice", "nrtsearchserviceeks", "monkrelays",
}

// Instances lists the instances of a service in every cluster, in PaaSTA's order. One whose `service` names another
// service takes no part. ok is false when PaaSTA would stop at an error: it has been reported, and PaaSTA leaves the
// service's file as it is. PaaSTA: cli.utils.get_instance_configs_for_service.
func Instances(name string, company *config.Company, report finding.Report) (instances []Instance, ok bool) {
	l := &lister{service: name, report: report, at: map[string]int{}, actions: map[*yaml11.Node]action{}}
	folder := company.Folder(name, l.pass)
	for _, s := range folder.Load(company.Clusters) {
		for _, kind := range types {
			if kind == "tron" {
				l.tron(s)
				continue
			}
			for _, i := range s.Instances() {
				if i.Type == kind {
					l.instance(i)
				}
			}
		}
	}
	return l.instances, !l.failed
}

// GitURL returns the service's git remote: git_url of service.yaml, else PaaSTA's default. ok is false when git_url is
// null: then the service is not deployed. PaaSTA: utils.get_git_url.
func GitURL(name string, company *config.Company, report finding.Report) (url string, at finding.Position, ok bool) {
	folder := company.Folder(name, report)
	root := folder.YAML("service.yaml")
	node := root.Get("git_url")
	switch {
	case node == nil:
		return "git@github.yelpcorp.com:services/" + name, finding.Position{File: name + "/service.yaml"}, true
	case node.IsString() && node.Text != "":
		return node.Text, node.Position(), true
	case node.IsNull():
		return "", node.Position(), false
	}
	report(finding.Finding{Code: finding.GitURLWrong, At: node.Position(), Service: name,
		Message: "git_url is " + node.KindWithArticle() + ", not a git remote"})
	return "", node.Position(), false
}

// lister collects instances, one a branch: a later one replaces an earlier one in its place, as in a Python dict.
type lister struct {
	service   string
	report    finding.Report
	failed    bool
	instances []Instance
	at        map[string]int
	actions   map[*yaml11.Node]action
}

// pass hands errors on and notes that there was one. What is wrong with the old deployments.json does not matter.
func (l *lister) pass(f finding.Finding) {
	if f.Severity != finding.Error || f.At.File == l.service+"/"+FileName {
		return
	}
	l.failed = true
	l.report(f)
}

func (l *lister) fail(s *config.Service, at finding.Position, instance, message string) {
	l.pass(finding.Finding{Code: finding.DeploymentsStopped, At: at, Message: message,
		Service: s.Name, Instance: instance, Cluster: s.Cluster.Name})
}

func (l *lister) add(i Instance) {
	if n, ok := l.at[i.Branch]; ok {
		l.instances[n] = i
		return
	}
	l.at[i.Branch] = len(l.instances)
	l.instances = append(l.instances, i)
}

func (l *lister) instance(i *config.Instance) {
	if !l.own(i.Get("service")) {
		return
	}
	group := Group{Text: i.DeployGroup}
	if i.Has("deploy_group") && i.Get("deploy_group").IsNull() {
		group = Group{Text: "None", Null: true}
	}
	l.add(Instance{Branch: i.Service.Cluster.Name + "." + i.Name, Group: group})
}

// own tells whether `service` names this service or none.
func (l *lister) own(override *yaml11.Node) bool {
	return override.IsNull() || override.IsString() && override.Text == l.service
}

// interpolate settles a deploy group. PaaSTA: utils.InstanceConfig.__init__.
func interpolate(group *yaml11.Node, cluster, instance, service string) (Group, error) {
	if group.IsNull() {
		return Group{Text: "None", Null: true}, nil
	}
	text, err := python.Format(group.Text, map[string]string{"cluster": cluster, "instance": instance, "service": service})
	return Group{Text: text}, err
}
