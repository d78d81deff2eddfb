/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_READER_H
#define HARNESS_READER_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct complaint;

/*
 * Reads a JSON file that people write by hand. Whatever is wrong is told as
 * "FILE:LINE: what it is, and what to write instead". jansson knows lines only
 * while it parses, so the reader keeps the text and its own place in it, and
 * looks the line up when there is something to complain about.
 */
struct reader {
    const char *path;
    char *text;
    json_t *root;
    char at[200]; /* the place, as keys and indices: "/panels/0/set" */
    struct complaint *complaint;
};

/* Reads the file and checks its syntax. Returns 0, or -errno with a complaint.
 * End with reader_fini. The reader borrows path and complaint. */
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

/* Read a member of an object at the present place. One that is missing leaves
 * *ret alone. Return 0, or -EINVAL with a complaint. The text belongs to the
 * object. */
int reader_text(struct reader *reader, const json_t *object, const char *key,
                const char **ret);
int reader_number(struct reader *reader, const json_t *object, const char *key,
                  uint64_t min, uint64_t max, uint64_t *ret);
int reader_flag(struct reader *reader, const json_t *object, const char *key,
                bool *ret);

/* The line, from 1, on which the value at a place such as "/panels/0/set"
 * begins in this valid JSON; a member begins with its key. As much of the place
 * as there is counts. */
size_t reader_line(const char *text, const char *place);

/* Writes "; did you mean NAME?" if one of the names is near, else the list of
 * them as "; there is A, B, C". */
void reader_suggest(const char *word, const char *const *names, char *text,
                    size_t room);

#endif
