#include "huntgroup/crc32c.h"

#include "check.h"

enum { BYTES = 9000 };

static uint8_t bytes[BYTES];

/* By definition, a bit at a time. */
static uint32_t by_bits(const uint8_t *at, size_t n, uint32_t before)
{
    uint32_t crc = ~before;
    for (; n; n--) {
        crc ^= *at++;
        for (int bit = 0; bit < 8; bit++)
            crc = crc >> 1 ^ (crc & 1 ? 0x82F63B78u : 0);
    }
    return ~crc;
}

static void every_length_and_place_is_as_defined(void)
{
    dice d = {7};
    for (size_t k = 0; k < BYTES; k++)
        bytes[k] = (uint8_t)dice_roll(&d);
    for (uint32_t n = 0; n < BYTES - 8; n = n < 40 ? n + 1 : n + 1 + dice_below(&d, 40)) {
        const uint32_t skipped = dice_below(&d, 8), before = (uint32_t)dice_roll(&d);
        CHECK(hg_crc32c(bytes + skipped, n, before) == by_bits(bytes + skipped, n, before));
    }
}

static void it_goes_on_from_any_place(void)
{
    const uint32_t whole = hg_crc32c(bytes, BYTES, 0);
    for (size_t first = 0; first < BYTES; first += 61)
        CHECK(hg_crc32c(bytes + first, BYTES - first, hg_crc32c(bytes, first, 0)) == whole);
}

static void it_is_castagnoli_s(void)
{
    CHECK(hg_crc32c("123456789", 9, 0) == 0xE3069283u);
    CHECK(hg_crc32c("", 0, 5) == 5);
}

int main(void)
{
    if (!hg_crc32c_is_here())
        return 0;
    every_length_and_place_is_as_defined();
    it_goes_on_from_any_place();
    it_is_castagnoli_s();
    return 0;
}
