// Loads a Compose file with the loader that Docker Compose itself is made of: schema, merge keys, interpolation, and that every service,
// network and volume that is named is there. Profiles are all on, so that no service is passed over. Prints what it found; exit code 1
// with the loader's own words when the file is wrong.
package main

import (
	"context"
	"fmt"
	"os"
	"sort"
	"strings"

	"github.com/compose-spec/compose-go/v2/cli"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: compose-check COMPOSE-FILE")
		os.Exit(2)
	}
	if err := check(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

func check(file string) error {
	options, err := cli.NewProjectOptions([]string{file}, cli.WithProfiles([]string{"*"}), cli.WithOsEnv)
	if err != nil {
		return err
	}
	project, err := options.LoadProject(context.Background())
	if err != nil {
		return err
	}
	var wrong []string
	for name, service := range project.Services {
		// A bind mount of a file that is not there becomes an empty directory in the container: a typing error starts the wrong thing.
		for _, volume := range service.Volumes {
			if volume.Type == "bind" && !strings.HasSuffix(volume.Source, "/out") {
				if _, err := os.Stat(volume.Source); err != nil {
					wrong = append(wrong, name+": "+err.Error())
				}
			}
		}
		if service.Build != nil {
			if _, err := os.Stat(service.Build.Context + "/" + service.Build.Dockerfile); err != nil {
				wrong = append(wrong, name+": "+err.Error())
			}
		} else if service.Image != "tracetax" && (!strings.Contains(service.Image, ":") || strings.HasSuffix(service.Image, ":latest")) {
			wrong = append(wrong, name+": the image "+service.Image+" is of no fixed version")
		}
	}
	if len(wrong) > 0 {
		sort.Strings(wrong)
		return fmt.Errorf("%s", strings.Join(wrong, "\n"))
	}
	fmt.Printf("%d services, %d volumes, %d networks\n", len(project.Services), len(project.Volumes), len(project.Networks))
	return nil
}
