package prometheus

import (
	"github.com/paasta-render/paasta-render/compiler/config"
	"github.com/paasta-render/paasta-render/compiler/yaml11"
)

// alerting is the key `alerting` of the system config: how Alertmanager reaches people. No value in it is a secret;
// secrets are files that a Secret mounts, and only their paths are here.
type alerting struct {
	// Team is told when monitoring itself fails, and of alerts that reach nobody else. Key: team, default none.
	Team string
	// SMTP is where mail goes. Keys: smtp.smarthost (default localhost:25), from, hello, username, password_file,
	// require_tls (default true, but false for localhost).
	SMTP *yaml11.Node
	// SecretDir is where the files of secrets are mounted. Key: secret_dir, default /etc/alertmanager/secrets.
	SecretDir string
	// SlackFile holds the URL of Slack's web hook. Key: slack_api_url_file, default <secret_dir>/slack.
	SlackFile string
	// PagerDutyURL is the address of PagerDuty's events API. Key: pagerduty_url, default Alertmanager's.
	PagerDutyURL string
	// TicketURL takes alerts and opens tickets, as jiralert does. Key: ticket_url.
	TicketURL string
	// WatchdogURL is told all the time that alerting works. Key: watchdog_url, default none.
	WatchdogURL string
}

func alertingOf(c *config.Cluster) alerting {
	n := c.System.Get("alerting")
	text := func(key, fallback string) string {
		if value, ok := n.Get(key).Str(); ok && value != "" {
			return value
		}
		return fallback
	}
	a := alerting{Team: text("team", ""), SMTP: n.Get("smtp"), SecretDir: text("secret_dir", "/etc/alertmanager/secrets")}
	a.SlackFile = text("slack_api_url_file", a.SecretDir+"/slack")
	a.PagerDutyURL, a.WatchdogURL = text("pagerduty_url", ""), text("watchdog_url", "")
	a.TicketURL = text("ticket_url", "http://jiralert.monitoring.svc:9097/alert")
	return a
}
