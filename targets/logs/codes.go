package logs

import "github.com/paasta-render/paasta-render/compiler/finding"

// O codes: what becomes of a service's output.
const (
	BrokersWrong   finding.Code = "O001"
	ChoiceWrong    finding.Code = "O002"
	TopicWrong     finding.Code = "O003"
	TopicShared    finding.Code = "O004"
	BrokersUnknown finding.Code = "O005"
	NotCollected   finding.Code = "O006"
)

var docs = []finding.Doc{
	{Code: BrokersWrong, Title: "the key logs of the system config is wrong",
		Meaning: "The target logs needs at least one list of Kafka brokers. No configuration of the Collector is made " +
			"for the cluster.",
		Example: "logs: {brokers: {default: {addresses: [kafka-1]}}}",
		Fix:     "Correct the value; an address is host:port. schema/system.json describes the keys."},
	{Code: ChoiceWrong, Title: "first_line is no regular expression",
		Meaning: "The key logs.first_line of service.yaml says how an entry of several lines begins. It is left out, " +
			"and the default holds.",
		Example: "logs: {first_line: '['}",
		Fix:     "Write a regular expression in RE2's syntax, which has no look-around and no back references."},
	{Code: TopicWrong, Title: "Kafka takes no topic of this name",
		Meaning: "A topic is named by letters, digits, dots, dashes and underscores, at most 249 of them. The service's " +
			"logs are not collected.",
		Example: "logs: {topic: web/errors}",
		Fix:     "Choose another name by the key logs.topic in service.yaml."},
	{Code: TopicShared, Title: "two services have one topic",
		Meaning: "paasta logs reads a service's topic and picks lines by cluster, instance and component. It shows the " +
			"lines of both services where their instances have one name.",
		Example: "logs: {topic: stream_paasta_app_output_web}",
		Fix:     "Give each service a topic of its own."},
	{Code: BrokersUnknown, Title: "a service names Kafka brokers that the cluster does not have",
		Meaning: "The key logs.brokers of service.yaml names an entry of logs.brokers in the system config. The " +
			"service's logs are not collected in the cluster.",
		Example: "logs: {brokers: audti}",
		Fix:     "Name brokers that the system config lists, or add them there."},
	{Code: NotCollected, Title: "logs are not collected",
		Meaning: "The Collector knows pods by the names that PaaSTA gives them. An operator's pods and those of Tron's " +
			"actions are named by others.",
		Fix: "Nothing, when something else collects them."},
}
