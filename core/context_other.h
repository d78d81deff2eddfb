/* SPDX-License-Identifier: MIT */
#ifndef CORE_CONTEXT_OTHER_H
#define CORE_CONTEXT_OTHER_H

#include <stdlib.h>

/* A processor that nobody has written a switch for: all contexts are portable
 * there (context_is_native), and none of this is ever called. */
struct registers {
    void *stack_pointer;
    void *go_on_at;
};

#define REGISTERS_NATIVE 0

static inline void registers_switch(struct registers *from,
                                    const struct registers *to)
{
    (void)from;
    (void)to;
    abort();
}

static inline void registers_default_modes(struct registers *ret)
{
    (void)ret;
}

#endif
