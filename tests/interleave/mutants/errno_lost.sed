# SPDX-License-Identifier: MIT
# What a system call left in errno is overwritten.
/errno = saved_errno;/s/errno =/(void)/
