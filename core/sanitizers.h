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

#endif
