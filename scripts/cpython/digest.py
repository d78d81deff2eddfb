# SPDX-License-Identifier: MIT
"""Fingerprints of work: core/digest.h in Python, where integers have no end and
have to be cut to 64 bits."""

MASK = (1 << 64) - 1


def mix64(x):
    x = ((x ^ (x >> 30)) * 0xBF58476D1CE4E5B9) & MASK
    x = ((x ^ (x >> 27)) * 0x94D049BB133111EB) & MASK
    return x ^ (x >> 31)


def digest_u64(digest, value):
    return mix64((digest * 0x9E3779B97F4A7C15 + value) & MASK)


def draw_u64(seed, index, which):
    return digest_u64(digest_u64(digest_u64(0, seed), index), which)


def draw_between(seed, index, which, low, high):
    return low + draw_u64(seed, index, which) % (high - low + 1)


def job_digest(digests):
    """Of a job, from those of its tasks by index; in any order (job_sum)."""
    return sum(digest_u64(mix64(index + 1), digest)
               for index, digest in digests) & MASK
