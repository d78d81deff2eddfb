/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_REGISTRY_H
#define HARNESS_REGISTRY_H

#include <stddef.h>

struct model;
struct workload;

/* All models and workloads of this program, in the order of their .def files;
 * each list ends with NULL. */
extern const struct model *const models[];
extern const struct workload *const workloads[];

/* By name; NULL: there is none. Models of CPython have names, too, and are on
 * no list (harness/cpython/). */
const struct model *model_find(const char *name);
const struct workload *workload_find(const char *name);

#endif
