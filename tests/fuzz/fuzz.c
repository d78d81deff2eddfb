/* SPDX-License-Identifier: MIT */
/*
 * The folder in which a fuzz target's files live, and what holds of all that
 * the program says, whatever it was given.
 */
#include "tests/fuzz/fuzz.h"

#include <assert.h>
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

static char *folder;

/* Two levels are all there are. */
static void remove_folder(void)
{
    fuzz_check_folder("data");
    DIR *entries = opendir(folder);
    assert(entries != NULL);
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        unlinkat(dirfd(entries), entry->d_name, 0);
    closedir(entries);
    rmdir(folder);
    free(folder);
}

const char *fuzz_folder(void)
{
    if (folder != NULL)
        return folder;
    const char *below = getenv("TMPDIR");
    int length = asprintf(&folder, "%s/heddle-fuzz-XXXXXX",
                          below != NULL ? below : "/tmp");
    assert(length > 0 && mkdtemp(folder) != NULL);
    atexit(remove_folder);
    return folder;
}

const char *fuzz_write(const char *name, const uint8_t *data, size_t size)
{
    static char path[4096];

    snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
    FILE *file = fopen(path, "we");
    assert(file != NULL);
    size_t written = fwrite(data, 1, size, file);
    assert(written == size);
    int result = fclose(file);
    assert(result == 0);
    return path;
}

static void check_file(int at, const char *name)
{
    char text[65536];
    struct stat about;

    if (fstatat(at, name, &about, 0) != 0 || !S_ISREG(about.st_mode))
        return;
    int fd = openat(at, name, O_RDONLY | O_CLOEXEC);
    assert(fd >= 0);
    for (ssize_t n; (n = read(fd, text, sizeof text)) > 0;)
        fuzz_check_text(text, (size_t)n);
    close(fd);
    unlinkat(at, name, 0);
}

void fuzz_check_folder(const char *name)
{
    char path[4096];

    snprintf(path, sizeof path, "%s/%s", fuzz_folder(), name);
    DIR *entries = opendir(path);
    if (entries == NULL)
        return;
    for (struct dirent *entry; (entry = readdir(entries)) != NULL;)
        check_file(dirfd(entries), entry->d_name);
    closedir(entries);
    int result = rmdir(path);
    assert(result == 0);
}

void fuzz_check_complaint(const char *text, const char *path)
{
    assert(strncmp(text, path, strlen(path)) == 0);
    assert(strlen(text) > strlen(path) + 2);
    for (const char *at = text; *at != '\0'; at++)
        assert((unsigned char)*at >= ' ' && *at != '\x7f');
}

static bool is_letter(const char *text, size_t size, size_t at)
{
    return at < size && (((unsigned char)text[at] | 32) >= 'a') &&
           ((unsigned char)text[at] | 32) <= 'z';
}

bool fuzz_has_no_number(const char *text, size_t size)
{
    for (size_t i = 0; i + 3 <= size; i++) {
        if (strncasecmp(text + i, "nan", 3) != 0 &&
            strncasecmp(text + i, "inf", 3) != 0)
            continue;
        if (!is_letter(text, size, i + 3) &&
            (i == 0 || !is_letter(text, size, i - 1)))
            return true;
    }
    return false;
}

void fuzz_check_text(const char *text, size_t size)
{
    assert(!fuzz_has_no_number(text, size));
}
