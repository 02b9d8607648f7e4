#include "huntgroup/wait_heap.h"

#include "check.h"

enum { ROWS = 300 };

/* A row as the machine has it: the node is neither first nor alone. */
typedef struct row {
    uint64_t before;
    hg_wait_node node;
    uint16_t after;
} row;

static row rows[ROWS];
#define NODES ((void *)&rows[0].node), sizeof(row)

static hg_wait_entry entries[ROWS];
static uint32_t count;

static void push(uint32_t r, uint32_t tag)
{
    hg_wait_heap_push(entries, count, NODES, (hg_wait_entry){r, tag});
    count++;
}

static hg_wait_entry pop(void)
{
    const hg_wait_entry first = hg_wait_heap_pop(entries, count, NODES);
    count--;
    return first;
}

/* Many ties of key and of time, so that the id decides; ids are no order of the rows. */
static void write_rows(uint64_t seed)
{
    dice d = {seed};
    for (uint32_t r = 0; r < ROWS; r++) {
        rows[r].node.key = dice_below(&d, 4);
        rows[r].node.queued_at_ns = dice_below(&d, 3);
        rows[r].node.id = (r * 7919u) % ROWS + 1;
    }
}

static void heap_holds(void)
{
    for (uint32_t k = 1; k < count; k++)
        CHECK(!hg_wait_less(NODES, entries[k].row, entries[(k - 1) / 2].row));
}

static void rows_come_out_in_order_with_their_tags(void)
{
    for (uint64_t seed = 0; seed < 40; seed++) {
        write_rows(seed);
        const uint32_t n = (uint32_t)(seed < 4 ? seed + 1 : ROWS - seed);
        for (uint32_t r = 0; r < n; r++) {
            push(r, r ^ 0x5555u);
            heap_holds();
        }
        uint32_t before = HG_NONE;
        while (count) {
            const hg_wait_entry e = pop();
            heap_holds();
            CHECK(e.tag == (e.row ^ 0x5555u));
            CHECK(before == HG_NONE || hg_wait_less(NODES, before, e.row));
            before = e.row;
        }
    }
}

/* As it is used: the head of each sequence is in the heap, and who is taken is followed by the next of it. */
static void sequences_are_merged(void)
{
    enum { SEQUENCES = 7 };
    write_rows(99);
    uint32_t sequence[SEQUENCES][ROWS], length[SEQUENCES] = {0}, at[SEQUENCES] = {0}, taken = 0;
    for (uint32_t r = 0; r < ROWS; r++) {
        const uint32_t s = r % SEQUENCES;
        uint32_t k = length[s]++;
        for (; k && hg_wait_less(NODES, r, sequence[s][k - 1]); k--)
            sequence[s][k] = sequence[s][k - 1];
        sequence[s][k] = r;
    }
    for (uint32_t s = 0; s < SEQUENCES; s++)
        push(sequence[s][at[s]++], s);
    for (uint32_t before = HG_NONE; count; taken++) {
        const hg_wait_entry e = pop();
        CHECK(before == HG_NONE || hg_wait_less(NODES, before, e.row));
        before = e.row;
        if (at[e.tag] < length[e.tag])
            push(sequence[e.tag][at[e.tag]++], e.tag);
    }
    CHECK(taken == ROWS);
}

int main(void)
{
    rows_come_out_in_order_with_their_tags();
    sequences_are_merged();
    return 0;
}
