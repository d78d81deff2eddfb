/* SPDX-License-Identifier: MIT */
/* The .def files, as CMake left them for this machine, become two tables. */
#include "harness/registry.h"

#include <string.h>

#include "core/model.h"
#include "core/workload.h"
#include "harness/cpython/cpython.h"

#define MODEL(name) extern const struct model model_##name;
#include "registry/models.def"
#undef MODEL

#define WORKLOAD(name) extern const struct workload workload_##name;
#include "registry/workloads.def"
#undef WORKLOAD

#define MODEL(name) &model_##name,
const struct model *const models[] = {
#include "registry/models.def"
    NULL};

#define WORKLOAD(name) &workload_##name,
const struct workload *const workloads[] = {
#include "registry/workloads.def"
    NULL};

const struct model *model_find(const char *name)
{
    for (size_t i = 0; models[i] != NULL; i++)
        if (strcmp(models[i]->name, name) == 0)
            return models[i];
    return cpython_model(name);
}

const struct workload *workload_find(const char *name)
{
    for (size_t i = 0; workloads[i] != NULL; i++)
        if (strcmp(workloads[i]->name, name) == 0)
            return workloads[i];
    return NULL;
}
