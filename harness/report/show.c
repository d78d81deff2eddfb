/* SPDX-License-Identifier: MIT */
/* An earlier session, told again from its result.json alone. */
#include <stdlib.h>
#include <string.h>

#include "harness/options.h"
#include "harness/report/report.h"
#include "harness/session/session.h"

int command_show(const struct options *options)
{
    struct session session;
    struct complaint complaint = {""};
    char *name = options->narguments > 0 ? strdup(options->arguments[0])
                                         : session_newest();
    if (name == NULL) {
        complain("no session in results/: name its folder, or measure one "
                 "(heddle bench --quick)");
        return EXIT_USAGE;
    }
    int err = session_load(name, &session, &complaint);
    free(name);
    if (err != 0) {
        complain("%s", complaint.text);
        return EXIT_USAGE;
    }
    err = report_session(&session, options);
    session_fini(&session);
    if (err != 0) {
        complain("the session could not be shown: %s", strerror(-err));
        return EXIT_NOT_MEASURED;
    }
    return EXIT_WELL;
}
