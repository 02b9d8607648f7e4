/* CRC32C by the processor's own instructions, where it has them: some ten times what tables give. */
#ifndef HUNTGROUP_CRC32C_H
#define HUNTGROUP_CRC32C_H

#include "huntgroup/hg_base.h"

/* Whether this processor has the instructions. Where it has not, hg_crc32c must not be called. */
bool hg_crc32c_is_here(void);

/* The CRC32C of `n` bytes that go on from the CRC32C `before`, 0 at the start. O(n). */
uint32_t hg_crc32c(const void *bytes, size_t n, uint32_t before);

#endif
