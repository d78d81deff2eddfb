/* SPDX-License-Identifier: MIT */
#ifndef CORE_SANITIZERS_H
#define CORE_SANITIZERS_H

/* gcc tells by macros which sanitizers are on, clang by features. */
#ifdef __has_feature
#if __has_feature(address_sanitizer) && !defined(__SANITIZE_ADDRESS__)
#define __SANITIZE_ADDRESS__ 1 /* NOLINT(bugprone-reserved-identifier) */
#endif
#if __has_feature(thread_sanitizer) && !defined(__SANITIZE_THREAD__)
#define __SANITIZE_THREAD__ 1 /* NOLINT(bugprone-reserved-identifier) */
#endif
#endif

/* What their checks need of a stack besides what the code does. */
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
enum { SANITIZER_STACK_BYTES = 256 * 1024 };
#else
enum { SANITIZER_STACK_BYTES = 0 };
#endif

#endif
