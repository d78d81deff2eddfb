/* SPDX-License-Identifier: MIT */
/* `heddle export`: one session, one format, to standard output or to a file. */
#include "harness/export/export.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "harness/configuration.h"
#include "harness/options.h"
#include "harness/session/session.h"

static int write_format(FILE *out, const struct session *session,
                        const struct options *options)
{
    int err = options->md ? export_markdown(out, session)
                          : export_runs(out, session, options->csv);

    if (err == 0 && (fflush(out) != 0 || ferror(out)))
        err = errno != 0 ? -errno : -EIO;
    return err;
}

/* All of the file or nothing of it, as with every file of ours. */
static int write_file(const char *path, const struct session *session,
                      const struct options *options)
{
    char *temporary;

    if (asprintf(&temporary, "%s.part", path) < 0)
        return -ENOMEM;
    FILE *file = fopen(temporary, "we");
    int err = file != NULL ? write_format(file, session, options) : -errno;
    if (file != NULL) {
        if (fclose(file) != 0 && err == 0)
            err = -errno;
        if (err == 0 && rename(temporary, path) != 0)
            err = -errno;
        if (err != 0)
            unlink(temporary);
    }
    free(temporary);
    return err;
}

int command_export(const struct options *options)
{
    struct session session;
    struct complaint complaint = {""};

    if (options->tsv + options->csv + options->md != 1) {
        complain("export: choose one of --tsv, --csv and --md");
        return EXIT_USAGE;
    }
    char *name = options->narguments > 0 ? strdup(options->arguments[0])
                                         : session_newest();
    if (name == NULL) {
        complain("no session in results/: name its folder or its result.json");
        return EXIT_USAGE;
    }
    int err = session_load(name, &session, &complaint);
    free(name);
    if (err != 0) {
        complain("%s", complaint.text);
        return EXIT_USAGE;
    }
    err = options->out != NULL ? write_file(options->out, &session, options)
                               : write_format(stdout, &session, options);
    session_fini(&session);
    if (err == 0)
        return EXIT_WELL;
    complain("%s: %s", options->out != NULL ? options->out : "standard output",
             strerror(-err));
    return options->out != NULL ? EXIT_USAGE : EXIT_NOT_MEASURED;
}
