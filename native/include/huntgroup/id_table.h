/* Interaction id -> row: an open-addressing hash table with linear probing and no tombstones.
 *
 * Ids are positive and handed out in ascending order, but one email may outlive millions of calls. A plain
 * id & mask would make one long run of the ids present: taking out the first would walk the run to its end
 * to close the gap, and so would look-ups once a block of long-lived ids wraps onto the same places. Instead
 * four consecutive ids share one 64-byte line (which keeps what is good about dense ids) and the lines are
 * scattered by a multiplication:
 *
 *     id 8 9 10 11 -> | 8 | 9 | 10 | 11 |      id 12 13 14 15 -> | 12 | 13 | 14 | 15 |  somewhere else
 *
 * At most half of the places are used. Get, put and remove are O(1) expected and never allocate.
 */
#ifndef HUNTGROUP_ID_TABLE_H
#define HUNTGROUP_ID_TABLE_H

#include "huntgroup/hg_base.h"

typedef struct hg_id_place {
    int64_t id; /* 0: empty */
    uint32_t row;
    uint32_t unused;
} hg_id_place;

_Static_assert(sizeof(hg_id_place) == 16, "four places to a cache line");

typedef struct hg_ids {
    hg_id_place *places; /* NULL while capacity is 0 */
    uint32_t capacity;   /* places, a power of two or 0 */
    uint32_t shift;      /* 64 - log2(lines): the multiplication's upper bits choose the line */
    uint32_t count;
} hg_ids;

/* An empty table with room for `count` ids (0 takes no memory). 0, or -1: no memory or more than 2^30 ids,
 * and *ids is an empty table with no room. A zeroed struct is such a table as well. O(count). */
int hg_ids_init(hg_ids *ids, uint32_t count);

/* Gives the memory back and leaves an empty table with no room. */
void hg_ids_free(hg_ids *ids);

/* *to, whose former content is not looked at, becomes an independent copy. 0, or -1: no memory, *to
 * unchanged. */
int hg_ids_copy(hg_ids *to, const hg_ids *from);

/* Makes room for `count` ids in all, those within included. 0, or -1: no memory or too many; nothing changed.
 * Amortised O(1) an id when called with count + 1 before each put: room grows to powers of two. */
int hg_ids_reserve(hg_ids *ids, uint32_t count);

/* Maps the id to the row, in place of an earlier row of that id. Room must have been reserved; id > 0. */
void hg_ids_put(hg_ids *ids, int64_t id, uint32_t row);

/* Takes the id out; an absent id is left alone. */
void hg_ids_remove(hg_ids *ids, int64_t id);

/* True, or false with *reason naming what does not hold. O(capacity). */
bool hg_ids_validate(const hg_ids *ids, const char **reason);

/* The place where the search for an id begins; the table must have places. */
static inline uint32_t hg_ids_home(const hg_ids *ids, int64_t id)
{
    uint64_t line = (((uint64_t)id >> 2) * UINT64_C(0x9E3779B97F4A7C15)) >> ids->shift;
    return (uint32_t)(line << 2) | (uint32_t)(id & 3);
}

/* The row of the id, or HG_NONE if it is not in the table. Any int64 may be asked for. */
static inline uint32_t hg_ids_get(const hg_ids *ids, int64_t id)
{
    if (ids->count == 0 || id <= 0)
        return HG_NONE;
    uint32_t mask = ids->capacity - 1;
    uint32_t place = hg_ids_home(ids, id);
    /* Ends, as at least half of the places are empty. */
    while (ids->places[place].id != id) {
        if (ids->places[place].id == 0)
            return HG_NONE;
        place = (place + 1) & mask;
    }
    return ids->places[place].row;
}

#endif
