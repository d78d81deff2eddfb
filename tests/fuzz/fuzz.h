/* SPDX-License-Identifier: MIT */
#ifndef TESTS_FUZZ_H
#define TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What the fuzz targets share. All of it aborts on what must not be. */

/* One target: called with anything at all. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* A folder below TMPDIR, made by the first call, removed at exit. */
const char *fuzz_folder(void);

/* Writes a file of that name into the folder; its path stays until the next
 * call. */
const char *fuzz_write(const char *name, const uint8_t *data, size_t size);

/* Checks each file in a folder below ours with fuzz_check_text, then removes
 * them all and it. It need not be there. */
void fuzz_check_folder(const char *name);

/* A complaint is one line that begins with the path of its file. */
void fuzz_check_complaint(const char *text, const char *path);

/* Does it hold a number that is none: "nan", "inf"? */
bool fuzz_has_no_number(const char *text, size_t size);
void fuzz_check_text(const char *text, size_t size);

#endif
