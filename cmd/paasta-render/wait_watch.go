package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	appsv1 "k8s.io/api/apps/v1"
	corev1 "k8s.io/api/core/v1"

	"github.com/paasta-render/paasta-render/compiler/finding"
	"github.com/paasta-render/paasta-render/compiler/rollout"
	"github.com/paasta-render/paasta-render/compiler/source/cluster"
)

// watch is one run of wait.
type watch struct {
	*waitCommand
	wanted []rollout.Wanted
	said   []rollout.Status // what was found last, by number of wanted
}

// quarter is where a service is looked for: all of its instances in one namespace are asked for at once.
type quarter struct{ cluster, namespace string }

// maxUnreachable is how often in a row a cluster may fail to answer.
const maxUnreachable = 5

// until asks again and again, and returns the exit status.
func (w *watch) until(ctx context.Context) (status int, err error) {
	end := time.Now().Add(w.most)
	var failing time.Time // since when something fails without a pause
	unreachable := 0
	for {
		err := w.ask(ctx)
		switch {
		case ctx.Err() != nil:
			return exitUsage, errors.New("interrupted")
		case err != nil:
			unreachable++
			if unreachable >= maxUnreachable || time.Now().After(end) {
				return exitUsage, err
			}
			w.say("%v; asking again", err)
		default:
			unreachable = 0
		}
		done, fails := w.counts()
		switch {
		case err != nil:
		case done == len(w.wanted):
			return exitOK, nil
		case fails == 0:
			failing = time.Time{}
		case failing.IsZero():
			failing = time.Now()
		}
		switch now := time.Now(); {
		case now.After(end):
			return exitTimeout, nil
		case w.patience > 0 && !failing.IsZero() && now.Sub(failing) >= w.patience:
			return exitFailing, nil
		}
		select {
		case <-ctx.Done():
		case <-time.After(w.pause):
		}
	}
}

func (w *watch) counts() (done, failing int) {
	for _, s := range w.said {
		switch s.Phase {
		case rollout.Done:
			done++
		case rollout.Failing:
			failing++
		}
	}
	return done, failing
}

// ask asks all clusters once and says what is new.
func (w *watch) ask(ctx context.Context) error {
	found := map[quarter]rollout.Found{}
	for n, wanted := range w.wanted {
		at := quarter{wanted.Cluster, wanted.Namespace}
		if _, known := found[at]; !known {
			f, err := w.read(ctx, at, wanted.Service)
			if err != nil {
				return fmt.Errorf("cluster %s: %w", at.cluster, err)
			}
			found[at] = f
		}
		now := wanted.Judge(found[at])
		if before := w.said[n]; before.Message != now.Message || before.Phase != now.Phase {
			w.say("%s %s.%s: %s%s", wanted.Cluster, wanted.Service, wanted.Instance, finding.LogLine(now.Message), inShort(now))
		}
		w.said[n] = now
	}
	return nil
}

// inShort is the first trouble in brackets, for a line of progress.
func inShort(s rollout.Status) string {
	if len(s.Troubles) == 0 {
		return ""
	}
	t := s.Troubles[0]
	return finding.LogLine(" (" + t.Object + ": " + t.Reason + ")")
}

// read asks for what a service runs in one namespace.
func (w *watch) read(ctx context.Context, at quarter, service string) (found rollout.Found, err error) {
	client, labels := w.clients[at.cluster], map[string]string{rollout.ServiceLabel: service}
	var deployments appsv1.DeploymentList
	var sets appsv1.StatefulSetList
	var pods corev1.PodList
	for _, list := range []struct {
		path string
		into any
	}{
		{"/apis/apps/v1/namespaces/" + at.namespace + "/deployments", &deployments},
		{"/apis/apps/v1/namespaces/" + at.namespace + "/statefulsets", &sets},
		{"/api/v1/namespaces/" + at.namespace + "/pods", &pods},
	} {
		if err := client.List(ctx, list.path, labels, list.into); err != nil && !errors.Is(err, cluster.ErrNotFound) {
			return found, err
		}
	}
	found = rollout.Found{Deployments: deployments.Items, StatefulSets: sets.Items, Pods: pods.Items}
	for i := range found.Pods {
		if found.Pods[i].Status.Phase != corev1.PodRunning { // events say why
			var events corev1.EventList
			if err := client.Events(ctx, at.namespace, &events); err == nil {
				found.Events = events.Items
			}
			break
		}
	}
	return found, nil
}

// lastWord says how each instance is in the end.
func (w *watch) lastWord(ctx context.Context, format string, status int) error {
	for n, wanted := range w.wanted {
		s := w.said[n]
		if s.Phase != rollout.Done {
			w.addLogs(ctx, wanted, &s)
		}
		if format == "json" {
			if err := w.printJSON(jsonStatus{wanted.Cluster, wanted.Service, wanted.Instance, s}); err != nil {
				return err
			}
			continue
		}
		fmt.Fprint(w.out, finalText(wanted, s))
	}
	if format == "json" {
		return nil
	}
	switch status {
	case exitFailing:
		w.say("%s fails; waiting longer does not help", w.commit)
	case exitTimeout:
		w.say("%s does not run everywhere within %s", w.commit, w.most)
	}
	return nil
}

// addLogs reads the last lines of the containers that fail. A container that is not running yet has none.
func (w *watch) addLogs(ctx context.Context, wanted rollout.Wanted, s *rollout.Status) {
	for i := range s.Troubles {
		t := &s.Troubles[i]
		pod, isPod := strings.CutPrefix(t.Object, "pod/")
		if !isPod || t.Container == "" || w.logLines == 0 {
			continue
		}
		text, err := w.clients[wanted.Cluster].Log(ctx, cluster.Tail{Namespace: wanted.Namespace, Pod: pod,
			Container: t.Container, Lines: w.logLines, Before: t.Restarts > 0})
		if err != nil {
			continue
		}
		t.Log = strings.Split(strings.TrimRight(text, "\n"), "\n")
	}
}

// finalText is the last word about one instance. What clusters and containers say is shown without control characters.
func finalText(wanted rollout.Wanted, s rollout.Status) string {
	var b strings.Builder
	line := func(indent int, text string) {
		b.WriteString(strings.Repeat(" ", indent) + finding.LogLine(text) + "\n")
	}
	line(0, fmt.Sprintf("%-7s  %s %s.%s: %s", s.Phase, wanted.Cluster, wanted.Service, wanted.Instance, s.Message))
	for _, t := range s.Troubles {
		text := t.Object
		if t.Container != "" {
			text += ", container " + t.Container
		}
		text += ": " + t.Reason
		if t.Message != "" {
			text += ": " + t.Message
		}
		if t.Restarts > 0 {
			text += fmt.Sprintf(" (%d restarts)", t.Restarts)
		}
		line(4, text)
		for _, e := range t.Events {
			line(8, "event: "+e)
		}
		for _, l := range t.Log {
			line(8, "log: "+l)
		}
	}
	return b.String()
}
