/* SPDX-License-Identifier: MIT */
/*
 * A fuzz target without a fuzzer: what was found once is tried again, by any
 * compiler. Arguments are files, or folders of files.
 */
#include <assert.h>
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "tests/fuzz/fuzz.h"

static size_t nfiles;

static void replay_file(const char *path, size_t size)
{
    FILE *file = fopen(path, "re");
    uint8_t *data = malloc(size + 1);

    assert(file != NULL && data != NULL);
    size_t n = fread(data, 1, size, file);
    assert(n == size);
    fclose(file);
    fprintf(stderr, "%s\n", path);
    LLVMFuzzerTestOneInput(data, size);
    free(data);
    nfiles++;
}

static void replay(const char *path)
{
    struct stat about;
    struct dirent **entries;
    char *below;

    int result = stat(path, &about);
    assert(result == 0);
    if (!S_ISDIR(about.st_mode)) {
        replay_file(path, (size_t)about.st_size);
        return;
    }
    int n = scandir(path, &entries, NULL, alphasort);
    assert(n >= 0);
    for (int i = 0; i < n; i++) {
        if (entries[i]->d_name[0] != '.' &&
            asprintf(&below, "%s/%s", path, entries[i]->d_name) > 0) {
            replay(below);
            free(below);
        }
        free(entries[i]);
    }
    free(entries);
}

int main(int argc, char **argv)
{
    for (int i = 1; i < argc; i++)
        replay(argv[i]);
    printf("%zu files\n", nfiles);
    return nfiles > 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
