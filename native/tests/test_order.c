#include "huntgroup/order.h"

#include "check.h"
#include "huntgroup/bit_order.h"

enum { ROWS = 500 };

typedef struct row {
    uint16_t before;
    uint32_t key;
    uint64_t after;
} row;

static row rows[ROWS];
static uint32_t list[ROWS];

/* Keys as a permutation; the list holds every row once, in one of four arrangements. */
static void arrange(uint32_t count, int how, dice *d)
{
    for (uint32_t r = 0; r < count; r++)
        rows[r].key = how == 3 ? UINT32_MAX - r : r;
    for (uint32_t r = 0; r < count; r++)
        list[r] = how == 1 ? count - 1 - r : r;
    if (how == 2)
        for (uint32_t r = count; r > 1; r--) {
            const uint32_t other = dice_below(d, r), swap = list[r - 1];
            list[r - 1] = list[other];
            list[other] = swap;
        }
}

static void each_place_is_found_and_nobody_is_lost(void)
{
    dice d = {3};
    static const uint32_t sizes[] = {1, 2, 3, 4, 7, 64, 131};
    for (size_t s = 0; s < sizeof sizes / sizeof *sizes; s++)
        for (int how = 0; how < 4; how++)
            for (uint32_t k = 0; k < sizes[s]; k++) {
                arrange(sizes[s], how, &d);
                const uint32_t found = hg_order_select(list, sizes[s], k, &rows[0].key, sizeof(row));
                CHECK(found == (how == 3 ? sizes[s] - 1 - k : k));
                uint8_t seen[ROWS] = {0};
                for (uint32_t r = 0; r < sizes[s]; r++)
                    CHECK(!seen[list[r]]++);
            }
}

/* Numbers with gaps of up to `gap`, in any order: each place is found. */
static void bits_are_counted(void)
{
    enum { GAP = 200 };
    static uint64_t bits[ROWS * GAP / 64 + 1];
    dice d = {6};
    static const uint32_t gaps[] = {1, 3, GAP};
    for (size_t g = 0; g < sizeof gaps / sizeof *gaps; g++)
        for (uint32_t count = 1; count <= ROWS; count += count < 4 ? 1 : 71) {
            uint32_t sorted[ROWS], low = 5 + dice_below(&d, 100), lowest;
            arrange(count, 2, &d);
            for (uint32_t i = 0; i < count; i++)
                sorted[i] = low += 1 + dice_below(&d, gaps[g]);
            for (uint32_t i = 0; i < count; i++)
                list[i] = sorted[list[i]];
            uint32_t words = hg_bit_order_words(list, count, &lowest);
            CHECK(lowest == sorted[0] && words == (sorted[count - 1] - sorted[0]) / 64 + 1);
            for (uint32_t k = 0; k < count; k += 1 + count / 20) {
                for (uint32_t word = 0; word < words; word++)
                    bits[word] = 0;
                CHECK(list[hg_bit_order_find(list, count, k, lowest, bits)] == sorted[k]);
            }
        }
}

static uint32_t asked;

static int by_key(void *context, uint32_t x, uint32_t y)
{
    CHECK(context == &asked);
    asked++;
    return (rows[x].key > rows[y].key) - (rows[x].key < rows[y].key);
}

static void lists_of_every_size_are_sorted(void)
{
    dice d = {4};
    for (uint32_t count = 0; count <= ROWS; count += count < 20 ? 1 : 48)
        for (int how = 0; how < 4; how++) {
            arrange(count, how, &d);
            hg_order_sort(list, count, by_key, &asked);
            for (uint32_t r = 0; r < count; r++)
                CHECK(list[r] == (how == 3 ? count - 1 - r : r));
        }
}

static void equal_rows_are_kept(void)
{
    dice d = {5};
    arrange(ROWS, 2, &d);
    for (uint32_t r = 0; r < ROWS; r++)
        rows[r].key = r / 50;
    hg_order_sort(list, ROWS, by_key, &asked);
    uint8_t seen[ROWS] = {0};
    for (uint32_t r = 0; r < ROWS; r++) {
        CHECK(rows[list[r]].key == r / 50);
        CHECK(!seen[list[r]]++);
    }
}

/* The worst case is that of every case: at most about 2 n log2 n questions. */
static void nothing_is_quadratic(void)
{
    dice d = {6};
    for (int how = 0; how < 4; how++) {
        arrange(ROWS, how, &d);
        asked = 0;
        hg_order_sort(list, ROWS, by_key, &asked);
        CHECK(asked < 2 * ROWS * 9 + 2 * ROWS);
    }
}

int main(void)
{
    each_place_is_found_and_nobody_is_lost();
    bits_are_counted();
    lists_of_every_size_are_sorted();
    equal_rows_are_kept();
    nothing_is_quadratic();
    return 0;
}
