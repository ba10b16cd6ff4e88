package paasta

import "strings"

// imageMark begins the commit in the tag of an image that PaaSTA built. PaaSTA: utils.build_docker_tag.
const imageMark = ":paasta-"

// GitSHA returns the commit in the name of an image: in PaaSTA's own images what follows ":paasta-" up to the next "-",
// in others what follows the last "-" or ":". It is empty when there is none. PaaSTA: utils.get_git_sha_from_dockerurl
// (with long=True).
func GitSHA(url string) string {
	if strings.Contains(url, imageMark) {
		return markedSHA(url)
	}
	last := url[strings.LastIndexByte(url, '/')+1:]
	last = last[strings.LastIndexByte(last, '-')+1:]
	return last[strings.LastIndexByte(last, ':')+1:]
}

// markedSHA returns the letters and digits after the last mark that is followed by one. PaaSTA's pattern does not look
// beyond the first line.
func markedSHA(url string) string {
	url, _, _ = strings.Cut(url, "\n")
	for {
		at := strings.LastIndex(url, imageMark)
		if at < 0 {
			return ""
		}
		rest := url[at+len(imageMark):]
		end := 0
		for end < len(rest) && isAlphanumeric(rest[end]) {
			end++
		}
		if end > 0 {
			return rest[:end]
		}
		url = url[:at]
	}
}

// ShortSHA returns the first eight characters of a commit. PaaSTA: utils.get_git_sha_from_dockerurl.
func ShortSHA(sha string) string { return firstCharacters(sha, 8) }

// AppID returns the name under which the AWS SDK reports the requests of an instance; at most 50 characters.
// PaaSTA: InstanceConfig.get_env, AWS_SDK_UA_APP_ID.
func AppID(service, instance string) string { return firstCharacters(service+"."+instance, 50) }

// firstCharacters returns what Python's text[:n] is.
func firstCharacters(text string, n int) string {
	if len(text) <= n {
		return text
	}
	for i := range text {
		if n == 0 {
			return text[:i]
		}
		n--
	}
	return text
}
