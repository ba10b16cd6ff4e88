package main

import (
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"github.com/paasta-render/paasta-render/examples"
)

func newInit(s streams) *cobra.Command {
	var minimal bool
	cmd := &cobra.Command{
		Use:   "init DIR",
		Short: "Make a small working soa-configs to start from",
		Long: `Make DIR with the soa-configs of a small company and its system config in _system.
DIR must not exist, or it must be empty.

Without a flag the company has five services and three clusters, and shows most of what there is.
With --minimal it has one service and one cluster, and every line is explained: start there when
you know neither PaaSTA nor paasta-render.

Both run on a stock cluster, such as one that kind or minikube makes. Comments in _system say what
PaaSTA does differently. The folder .vscode makes VS Code check files while you write them.`,
		Example: `  paasta-render init company
  paasta-render init --minimal my-company`,
		Args: func(_ *cobra.Command, args []string) error {
			if len(args) != 1 {
				return errors.New("init takes one argument, the directory to make")
			}
			return nil
		},
		RunE: func(_ *cobra.Command, args []string) error {
			if minimal {
				return initCompany(s, args[0], examples.Minimal, "minimal")
			}
			if err := initCompany(s, args[0], examples.Company, "company"); err != nil {
				return err
			}
			return os.WriteFile(filepath.Join(args[0], "_system", "stock.yaml"), examples.Stock, 0o644)
		},
	}
	cmd.Flags().BoolVar(&minimal, "minimal", false, "one service and one cluster, explained line by line")
	return cmd
}

// initCompany copies an example to a new directory and says what to do next.
func initCompany(s streams, dir string, company embed.FS, name string) error {
	entries, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if len(entries) > 0 {
		return fmt.Errorf("%s is not empty", dir)
	}
	files, err := fs.Sub(company, name)
	if err != nil {
		return err
	}
	if err := os.CopyFS(dir, files); err != nil {
		return err
	}
	if err := writeSchemas(dir); err != nil {
		return err
	}
	settings, err := vscodeSettings()
	if err != nil {
		return err
	}
	if _, err := writeNew(filepath.Join(dir, ".vscode", "settings.json"), settings); err != nil {
		return err
	}
	say(s.out, "%s is ready. Next:\n  cd %s\n  paasta-render validate\n  paasta-render render -o ../out\n",
		dir, filepath.ToSlash(dir))
	return nil
}
