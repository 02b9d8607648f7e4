#include "huntgroup/links.h"

#include "check.h"

#include <string.h>

enum { ROWS = 40, LISTS = 3 };

typedef struct row {
    uint8_t before;
    hg_links links;
    uint64_t after;
} row;

static row rows[ROWS];
#define LINKS ((void *)&rows[0].links), sizeof(row)

static uint32_t heads[LISTS];

/* The naive model: each list as a plain array, newest first. */
static uint32_t plain[LISTS][ROWS], lengths[LISTS];
static int list_of[ROWS];

static void lists_agree(void)
{
    for (int l = 0; l < LISTS; l++) {
        uint32_t at = heads[l], before = HG_NONE;
        for (uint32_t k = 0; k < lengths[l]; k++) {
            CHECK(at == plain[l][k]);
            CHECK(hg_links_at(LINKS, at)->prev == before);
            before = at;
            at = hg_links_at(LINKS, at)->next;
        }
        CHECK(at == HG_NONE);
    }
}

static void push(int l, uint32_t r)
{
    memmove(&plain[l][1], &plain[l][0], lengths[l]++ * sizeof **plain);
    plain[l][0] = r;
    list_of[r] = l;
    hg_links_push(&heads[l], LINKS, r);
}

static void take_out(uint32_t r)
{
    const int l = list_of[r];
    uint32_t place = 0;
    while (plain[l][place] != r)
        place++;
    lengths[l]--;
    memmove(&plain[l][place], &plain[l][place + 1], (lengths[l] - place) * sizeof **plain);
    list_of[r] = -1;
    hg_links_remove(&heads[l], LINKS, r);
}

int main(void)
{
    dice d = {8};
    for (int l = 0; l < LISTS; l++)
        heads[l] = HG_NONE;
    for (uint32_t r = 0; r < ROWS; r++)
        list_of[r] = -1;
    for (int round = 0; round < 20000; round++) {
        const uint32_t r = dice_below(&d, ROWS);
        if (list_of[r] < 0)
            push((int)dice_below(&d, LISTS), r);
        else
            take_out(r);
        lists_agree();
    }
    return 0;
}
