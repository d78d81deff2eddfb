/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_AGAINST_H
#define HARNESS_AGAINST_H

#include <stddef.h>

struct complaint;
struct runner;
struct session;

/*
 * Another build of this program in the same blocks: every configuration stands
 * in the session twice, once for each program, and each of ours is compared
 * with the same one of the other's. The one trustworthy way to see whether a
 * change of the suite made it slower: both meet the same machine.
 */
struct against {
    char *path;       /* as it was given */
    char *version;    /* what it says by --version: "0.1.0" */
    char *commit;     /* likewise; "" if it knows none */
    char *build_id;   /* harness/machine/build_id.h; NULL if it has none */
    int fd;           /* holds the file, whatever becomes of its name; or -1 */
    char program[40]; /* that is run; "" while fd is -1 */
};

void against_free(struct against *against);

/* Opens the program, which has to be one and no script, for this session.
 * Returns 0, or -errno with a complaint. NULL: the path that the session, which
 * was loaded, knows. */
int against_open(struct session *session, const char *path,
                 struct complaint *complaint);

/* Doubles the points of the session: after each of ours the other's, which is
 * its baseline. The experiments' twins become the other's. Every experiment
 * gets the fewest blocks that can tell anything about so many comparisons.
 * Returns 0 or -ENOMEM. */
int against_double(struct session *session);

/* Asks the program who it is, and remembers it; of a session that is continued:
 * has to be the same as before. Returns 0; -EINTR; or -errno with a complaint.
 */
int against_check_program(struct session *session, struct runner *runner,
                          struct complaint *complaint);

/* Lets it work out what the runs have to find, for every kind of work under
 * every model: our references are known. Returns 0; -EBADMSG if it finds
 * something else; -EINTR; or -errno; with a complaint. */
int against_check_work(const struct session *session, struct runner *runner,
                       struct complaint *complaint);

/* Is the file that was opened still what it was? */
int against_check_unchanged(const struct session *session,
                            struct complaint *complaint);

/* How many of our configurations are slower (or dearer) than the other's, by
 * their verdict, and take more than 1 + limit_ratio of its time. Returns 0 or
 * -errno. */
int against_count_slower(const struct session *session, double limit_ratio,
                         size_t *ret);

#endif
