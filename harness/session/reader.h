/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_READER_H
#define HARNESS_READER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct complaint;
struct configuration;

/*
 * Reads a JSON file that people may have edited. Whatever is wrong is told as
 * "FILE:LINE: what it is, and what to write instead", in one line whatever the
 * file holds. jansson knows lines only while it parses, so the reader keeps the
 * text and its own place in it, and looks the line up when there is something
 * to complain about.
 */

enum {
    READER_NAME = 64, /* room for a name */
    /* A list of names to choose from is no longer. */
    READER_NAMES_MAX = 64,
};

/* JSON readers of every kind keep integers up to here exact, so our files hold
 * no larger ones: 2^53. */
#define READER_NUMBER_MAX (UINT64_C(1) << 53)

struct reader {
    const char *path;
    char *text; /* NULL: there is none, the place is told instead of the line */
    size_t lines_before; /* in the file, where the text is one line of many */
    json_t *root;
    char at[200]; /* the place, as keys and indices: "/panels/0/set" */
    struct complaint *complaint;
};

/* Reads the file, which has to be a regular one of at most 256 MiB, and checks
 * its syntax. Returns 0, or -errno with a complaint: -ENODATA for one that ends
 * too early, -EINVAL for other mistakes in it. End with reader_fini. The reader
 * borrows path and complaint. */
int reader_init(struct reader *ret, const char *path,
                struct complaint *complaint);
void reader_fini(struct reader *reader);

/* Goes down to a member or an element. Returns what reader_leave needs to go
 * back up; after a complaint nobody has to. */
size_t reader_enter(struct reader *reader, const char *key);
size_t reader_enter_element(struct reader *reader, size_t index);
void reader_leave(struct reader *reader, size_t mark);

/* Complains about the member `key` of the present place; NULL: about the place
 * itself. Returns -EINVAL. */
int reader_fault(struct reader *reader, const char *key, const char *format,
                 ...) __attribute__((format(printf, 3, 4)));

/* Is `value` an object with no other keys than these? `names` ends with NULL.
 * Returns 0 or -EINVAL with a complaint that suggests the nearest name. */
int reader_check_keys(struct reader *reader, const json_t *value,
                      const char *const *names);

/* Is the key of a member one of these names? The same. */
int reader_check_key(struct reader *reader, const char *key,
                     const char *const *names);

/* Is `value` an object with all of these keys, and perhaps others? `names` ends
 * with NULL. Returns 0 or -EINVAL with a complaint. */
int reader_need_keys(struct reader *reader, const json_t *value,
                     const char *const *names);

/*
 * Read a member of an object at the present place. One that is missing leaves
 * *ret alone. Return 0, or -EINVAL with a complaint. A text belongs to the
 * object and has no control characters, so that it stays on its line wherever
 * it is shown.
 */

/* A text that is not empty. */
int reader_text(struct reader *reader, const json_t *object, const char *key,
                const char **ret);
/* One that may become part of a file's name or of an id: shorter than
 * READER_NAME, and without a slash. */
int reader_name(struct reader *reader, const json_t *object, const char *key,
                const char **ret);
/* One that may be empty. */
int reader_words(struct reader *reader, const json_t *object, const char *key,
                 const char **ret);
/* A text that may be empty, or null for NULL. */
int reader_note(struct reader *reader, const json_t *object, const char *key,
                const char **ret);
int reader_number(struct reader *reader, const json_t *object, const char *key,
                  uint64_t min, uint64_t max, uint64_t *ret);
int reader_real(struct reader *reader, const json_t *object, const char *key,
                double min, double max, double *ret);
int reader_flag(struct reader *reader, const json_t *object, const char *key,
                bool *ret);

/* Finds the word, which stands at `key` (NULL: at the present place), among n
 * names. Returns 0 and its index, or -EINVAL with a complaint that suggests the
 * nearest one. */
int reader_choice(struct reader *reader, const char *key, const char *word,
                  const char *const *names, size_t n, size_t *ret);

/* Applies one setting of the present place, a whole number or a text. Returns 0
 * or -EINVAL with a complaint. */
int reader_setting(struct reader *reader, const char *key, const json_t *value,
                   struct configuration *configuration);

/* Applies the member "set", {"echo.rounds": 1, "echo.connect": "inside"}, if
 * there is one. Returns 0 or -EINVAL with a complaint. */
int reader_settings(struct reader *reader, const json_t *object,
                    struct configuration *configuration);

/* The line, from 1, on which the value at a place such as "/panels/0/set"
 * begins in this valid JSON; a member begins with its key. As much of the place
 * as there is counts. */
size_t reader_line(const char *text, const char *place);

/* Writes "; did you mean NAME?" if one of the names is near, else the list of
 * them as "; there is A, B, C". */
void reader_suggest(const char *word, const char *const *names, char *text,
                    size_t room);

#endif
