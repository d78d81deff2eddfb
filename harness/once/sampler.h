/* SPDX-License-Identifier: MIT */
#ifndef HARNESS_SAMPLER_H
#define HARNESS_SAMPLER_H

/*
 * A process beside the measured one, for looking at its tasks in the shared
 * mapping. It is forked twice, so that it is nobody's child whom a model might
 * wait for, and it holds no descriptor but the standard ones and `keep`.
 * Returns 1 in the sampler, which leaves by _exit; 0 in the caller; or -errno.
 */
int sampler_fork(int keep);

#endif
