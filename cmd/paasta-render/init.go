package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/examples"
)

func newInit(s streams) *cobra.Command {
	return &cobra.Command{
		Use:   "init DIR",
		Short: "Make a small working soa-configs to start from",
		Long: `Make DIR with the soa-configs of a small company: a few services, three clusters, and the system config in _system.
DIR must not exist or be empty.`,
		Example: "  paasta-render init company\n  paasta-render render -d company -o out",
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("init takes one argument, the directory to make")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error { return initCompany(s, args[0]) },
	}
}

func initCompany(s streams, dir string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s is not empty", dir)
	}
	company, err := fs.Sub(examples.Company, "company")
	if err != nil {
		return err
	}
	if err := os.CopyFS(dir, company); err != nil {
		return err
	}
	say(s.out, "%s is ready. Next:\n  paasta-render validate -d %s\n  paasta-render render -d %s -o out\n", dir, filepath.ToSlash(dir), filepath.ToSlash(dir))
	return nil
}
