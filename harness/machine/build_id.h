/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_BUILD_ID_H
#define HARNESS_BUILD_ID_H

/* 20 bytes in hexadecimal are usual (SHA-1); longer ones are cut to 32. */
enum { BUILD_ID_ROOM = 65 };

/* The build-id that the linker put into a program: equal ids, equal programs,
 * whatever their files are called and whether they are stripped. Reads the ELF
 * note NT_GNU_BUILD_ID of the file. Returns 0; -ENODATA if it has none or is no
 * ELF program of this kind of machine; or -errno. */
int build_id_read(const char *path, char ret[BUILD_ID_ROOM]);

#endif
