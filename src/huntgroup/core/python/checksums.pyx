"""The two checksums of a journal: CRC32C over what we write, and the one of SQLite's write-ahead log, which
is read again before SQLite reads it."""

from libc.stdint cimport uint8_t, uint32_t

cdef extern from "huntgroup/crc32c.h" nogil:
    bint hg_crc32c_is_here() noexcept
    uint32_t hg_crc32c(const void *bytes, size_t n, uint32_t before) noexcept

cdef enum:
    CASTAGNOLI = 0x82F63B78         # reflected

cdef uint32_t[8][256] tables


cdef inline uint32_t little_word(const uint8_t *at) noexcept nogil:
    return at[0] | <uint32_t> at[1] << 8 | <uint32_t> at[2] << 16 | <uint32_t> at[3] << 24


cdef inline uint32_t big_word(const uint8_t *at) noexcept nogil:
    return at[3] | <uint32_t> at[2] << 8 | <uint32_t> at[1] << 16 | <uint32_t> at[0] << 24


cdef void fill_tables() noexcept:
    """Eight bytes at a time: tables[k][b] is the CRC of byte b followed by k zero bytes."""
    cdef uint32_t b, k, crc, _
    for b in range(256):
        crc = b
        for _ in range(8):
            crc = (crc >> 1) ^ (<uint32_t> CASTAGNOLI if crc & 1 else 0)
        tables[0][b] = crc
    for b in range(256):
        for k in range(1, 8):
            tables[k][b] = (tables[k - 1][b] >> 8) ^ tables[0][tables[k - 1][b] & 0xFF]


fill_tables()
cdef bint by_instructions = hg_crc32c_is_here()


cdef uint32_t crc_of(const uint8_t *at, Py_ssize_t n, uint32_t before) noexcept nogil:
    """The CRC32C of n bytes, going on from `before`."""
    return hg_crc32c(at, n, before) if by_instructions else crc_by_tables(at, n, before)


cdef uint32_t crc_by_tables(const uint8_t *at, Py_ssize_t n, uint32_t before) noexcept nogil:
    """The same, on a processor that has no instructions for it."""
    cdef Py_ssize_t k = 0
    cdef uint32_t crc = before ^ <uint32_t> 0xFFFFFFFF
    while k + 8 <= n:
        crc ^= little_word(at + k)
        crc = (tables[7][crc & 0xFF] ^ tables[6][crc >> 8 & 0xFF] ^ tables[5][crc >> 16 & 0xFF]
               ^ tables[4][crc >> 24] ^ tables[3][at[k + 4]] ^ tables[2][at[k + 5]]
               ^ tables[1][at[k + 6]] ^ tables[0][at[k + 7]])
        k += 8
    while k < n:
        crc = (crc >> 8) ^ tables[0][(crc ^ at[k]) & 0xFF]
        k += 1
    return crc ^ <uint32_t> 0xFFFFFFFF


def crc32c(const uint8_t[::1] data not None, uint32_t before=0):
    """The CRC32C of the bytes; `before`: that of the bytes in front of them. O(bytes)."""
    cdef uint32_t crc = before
    if data.shape[0]:
        with nogil:
            crc = crc_of(&data[0], data.shape[0], before)
    return crc


def crc32c_by_tables(const uint8_t[::1] data not None, uint32_t before=0):
    """The same without the processor's instructions: a machine that has none comes to it too. O(bytes)."""
    return crc_by_tables(&data[0], data.shape[0], before) if data.shape[0] else before


def wal_checksum(const uint8_t[::1] data not None, bint big_endian, uint32_t first, uint32_t second):
    """SQLite's checksum over whole pairs of 32-bit words, going on from (first, second). O(bytes)."""
    cdef Py_ssize_t n = data.shape[0] // 8 * 8, k = 0
    cdef uint32_t word, other
    cdef const uint8_t *at
    if n == 0:
        return first, second
    at = &data[0]
    while k < n:
        if big_endian:
            word = big_word(at + k)
            other = big_word(at + k + 4)
        else:
            word = little_word(at + k)
            other = little_word(at + k + 4)
        first += word + second
        second += other + first
        k += 8
    return first, second
