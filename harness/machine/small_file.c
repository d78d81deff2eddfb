/* SPDX-License-Identifier: MIT */
/*
 * Reading /proc and /sys. Each reading opens the file anew, because the kernel
 * makes its text up at that moment: some microseconds each, so none of this is
 * for the inside of a measurement.
 */
#include "harness/machine/small_file.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const char white[] = " \t\r\n";

/* The text without white space around it, in place. */
static char *trim(char *text)
{
    text += strspn(text, white);
    size_t length = strlen(text);
    while (length > 0 && strchr(white, text[length - 1]) != NULL)
        length--;
    text[length] = '\0';
    return text;
}

static int full_path(const char *root, const char *path, char ret[PATH_MAX])
{
    int length = snprintf(ret, PATH_MAX, "%s%s", root, path);

    return length < PATH_MAX ? 0 : -ENAMETOOLONG;
}

int small_file_lines(const char *root, const char *path,
                     int (*visit)(char *line, void *context), void *context)
{
    char name[PATH_MAX];
    int result = full_path(root, path, name);
    if (result < 0)
        return result;

    FILE *file = fopen(name, "re");
    if (file == NULL)
        return -errno;
    char *line = NULL;
    size_t room = 0;
    while (result == 0 && getline(&line, &room, file) >= 0) {
        line[strcspn(line, "\n")] = '\0';
        result = visit(line, context);
    }
    /* Some files of /sys can be opened, and then refuse to be read. */
    if (result == 0 && ferror(file))
        result = -EIO;
    free(line);
    fclose(file);
    return result;
}

struct search {
    const char *name; /* NULL: any line will do */
    char *ret;
    size_t room;
};

static int take_if_wanted(char *line, void *context)
{
    const struct search *search = context;

    if (search->name != NULL) {
        size_t length = strlen(search->name);
        if (strncmp(line, search->name, length) != 0)
            return 0;
        line += length;
        size_t gap = strspn(line, " \t:");
        if (gap == 0)
            return 0; /* a longer name: "cpu0" is not "cpu" */
        line += gap;
    }
    snprintf(search->ret, search->room, "%s", trim(line));
    return 1;
}

int small_file_field(const char *root, const char *path, const char *name,
                     char *ret, size_t room)
{
    struct search search = {.name = name, .ret = ret, .room = room};
    int result = small_file_lines(root, path, take_if_wanted, &search);

    if (result == 0)
        return -EINVAL;
    return result < 0 ? result : 0;
}

int small_file_text(const char *root, const char *path, char *ret, size_t room)
{
    return small_file_field(root, path, NULL, ret, room);
}

int small_file_number(const char *root, const char *path, long long *ret)
{
    char text[64];
    int err = small_file_text(root, path, text, sizeof text);
    if (err < 0)
        return err;

    char *end;
    errno = 0;
    long long number = strtoll(text, &end, 10);
    if (end == text || errno != 0)
        return -EINVAL;
    *ret = number;
    return 0;
}

bool small_file_exists(const char *root, const char *path)
{
    char name[PATH_MAX];

    return full_path(root, path, name) == 0 && access(name, F_OK) == 0;
}
