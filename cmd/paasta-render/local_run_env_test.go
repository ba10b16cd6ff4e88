package main

import (
	"slices"
	"testing"
)

func TestConfigurationDoesNotSteerTheEngine(t *testing.T) {
	args := []string{"run", "--env", "LD_PRELOAD", "--env", "DOCKER_HOST", "--env", "TOKEN", "--env", "EDITOR", "image", "--env"}
	values := map[string]string{"LD_PRELOAD": "/evil.so", "DOCKER_HOST": "tcp://evil", "TOKEN": "secret", "EDITOR": "vi"}
	args, environ := engineEnvironment(args, []string{"PATH=/bin", "EDITOR=ed"}, values)
	wantArgs := []string{"run", "--env", "LD_PRELOAD=/evil.so", "--env", "DOCKER_HOST=tcp://evil", "--env", "TOKEN", "--env", "EDITOR=vi",
		"image", "--env"}
	if !slices.Equal(args, wantArgs) {
		t.Errorf("arguments are %q, want %q", args, wantArgs)
	}
	if want := []string{"PATH=/bin", "EDITOR=ed", "TOKEN=secret"}; !slices.Equal(environ, want) {
		t.Errorf("the environment is %q, want %q", environ, want)
	}
}
