package owners

import (
	"encoding/json"
	"strings"
)

// Contacts reads sensu/team_data.json of the system config: how a team is reached. Where it has channels of Slack they are
// named, else its e-mail address. What cannot be read knows nobody.
func Contacts(teamData []byte) func(team string) string {
	var document struct {
		Teams map[string]struct {
			Slack json.RawMessage `json:"slack_channels"`
			Mail  json.RawMessage `json:"notification_email"`
		} `json:"team_data"`
	}
	_ = json.Unmarshal(teamData, &document) // then there are none
	return func(team string) string {
		t := document.Teams[team]
		var channels []string
		if json.Unmarshal(t.Slack, &channels) == nil && len(channels) > 0 {
			return strings.Join(channels, " ")
		}
		var address string
		_ = json.Unmarshal(t.Mail, &address) // a number is no address
		return address
	}
}
