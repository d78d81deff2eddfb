/* SPDX-License-Identifier: MIT */
/*
 * A look into an ELF file: header, program headers, and in those of type
 * PT_NOTE the one note that the linker computed over the whole program. See
 * elf(5). The file may be anything, so nothing in it is trusted.
 */
#include "harness/machine/build_id.h"

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <link.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { NOTES_BYTES = 4096, ID_BYTES = (BUILD_ID_ROOM - 1) / 2 };

static bool read_at(int fd, void *to, size_t bytes, uint64_t offset)
{
    return pread(fd, to, bytes, (off_t)offset) == (ssize_t)bytes;
}

static void write_hexadecimal(const unsigned char *bytes, size_t n,
                              char ret[BUILD_ID_ROOM])
{
    *ret = '\0';
    for (size_t i = 0; i < n && i < ID_BYTES; i++)
        snprintf(ret + 2 * i, 3, "%02x", bytes[i]);
}

/* Name and description of a note end on multiples of four bytes. */
static size_t padded(size_t bytes)
{
    return (bytes + 3) & ~(size_t)3;
}

/* Returns 0 or -ENODATA. */
static int find_note(const unsigned char *notes, size_t bytes,
                     char ret[BUILD_ID_ROOM])
{
    ElfW(Nhdr) note;

    while (bytes >= sizeof note) {
        memcpy(&note, notes, sizeof note);
        size_t name = padded(note.n_namesz), id = padded(note.n_descsz);
        size_t length = sizeof note + name + id;
        if (name > bytes || id > bytes || length > bytes)
            break;
        if (note.n_type == NT_GNU_BUILD_ID && note.n_namesz == 4 &&
            memcmp(notes + sizeof note, "GNU", 4) == 0) {
            write_hexadecimal(notes + sizeof note + name, note.n_descsz, ret);
            return 0;
        }
        notes += length;
        bytes -= length;
    }
    return -ENODATA;
}

static int search(int fd, char ret[BUILD_ID_ROOM])
{
    static const unsigned char class =
        sizeof(void *) == 8 ? ELFCLASS64 : ELFCLASS32;
    unsigned char notes[NOTES_BYTES];
    ElfW(Ehdr) header;
    ElfW(Phdr) part;

    if (!read_at(fd, &header, sizeof header, 0) ||
        memcmp(header.e_ident, ELFMAG, SELFMAG) != 0 ||
        header.e_ident[EI_CLASS] != class || header.e_phentsize != sizeof part)
        return -ENODATA;
    for (uint64_t i = 0; i < header.e_phnum; i++) {
        if (!read_at(fd, &part, sizeof part, header.e_phoff + i * sizeof part))
            return -ENODATA;
        if (part.p_type == PT_NOTE && part.p_filesz <= sizeof notes &&
            read_at(fd, notes, part.p_filesz, part.p_offset) &&
            find_note(notes, part.p_filesz, ret) == 0)
            return 0;
    }
    return -ENODATA;
}

int build_id_read(const char *path, char ret[BUILD_ID_ROOM])
{
    int fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0)
        return -errno;
    int result = search(fd, ret);
    close(fd);
    return result;
}
