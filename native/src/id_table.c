#include "huntgroup/id_table.h"

#include <string.h>

#include "huntgroup/hg_alloc.h"

/* Two lines at least: a shift by 64 would be undefined. */
enum { PLACES_MIN = 8 };
#define COUNT_MAX (UINT32_C(1) << 30)

/* The number of places that keeps the load at or below one half. */
static uint32_t places_for(uint32_t count)
{
    uint32_t places = PLACES_MIN;
    while (places / 2 < count)
        places *= 2;
    return places;
}

static int allocate(hg_ids *ids, uint32_t places)
{
    hg_id_place *block = hg_calloc_aligned64((size_t)places * sizeof *block);
    if (block == NULL)
        return -1;
    ids->places = block;
    ids->capacity = places;
    ids->shift = 64 - (hg_highest_bit(places) - 2);
    ids->count = 0;
    return 0;
}

int hg_ids_init(hg_ids *ids, uint32_t count)
{
    memset(ids, 0, sizeof *ids);
    return hg_ids_reserve(ids, count);
}

void hg_ids_free(hg_ids *ids)
{
    hg_free(ids->places);
    memset(ids, 0, sizeof *ids);
}

int hg_ids_copy(hg_ids *to, const hg_ids *from)
{
    hg_ids copy = *from;
    if (from->capacity != 0) {
        if (allocate(&copy, from->capacity) != 0)
            return -1;
        memcpy(copy.places, from->places, (size_t)from->capacity * sizeof *from->places);
        copy.count = from->count;
    }
    *to = copy;
    return 0;
}

int hg_ids_reserve(hg_ids *ids, uint32_t count)
{
    if (count > COUNT_MAX)
        return -1;
    if (count <= ids->capacity / 2)
        return 0;
    hg_ids wider;
    if (allocate(&wider, places_for(count)) != 0)
        return -1;
    for (uint32_t place = 0; place < ids->capacity; place++)
        if (ids->places[place].id != 0)
            hg_ids_put(&wider, ids->places[place].id, ids->places[place].row);
    hg_free(ids->places);
    *ids = wider;
    return 0;
}

void hg_ids_put(hg_ids *ids, int64_t id, uint32_t row)
{
    HG_ASSERT(id > 0);
    HG_ASSERT(ids->capacity != 0);
    uint32_t mask = ids->capacity - 1;
    uint32_t place = hg_ids_home(ids, id);
    while (ids->places[place].id != 0 && ids->places[place].id != id)
        place = (place + 1) & mask;
    if (ids->places[place].id == 0) {
        HG_ASSERT(ids->count < ids->capacity / 2);
        ids->places[place].id = id;
        ids->count++;
    }
    ids->places[place].row = row;
}

/* Closes the gap at `hole`: an entry further on moves into it unless its search begins behind the hole. So a
 * search still ends at the first empty place, without tombstones that would pile up over millions of ids. */
static void close_gap(hg_ids *ids, uint32_t hole)
{
    uint32_t mask = ids->capacity - 1;
    for (uint32_t place = (hole + 1) & mask; ids->places[place].id != 0; place = (place + 1) & mask) {
        uint32_t home = hg_ids_home(ids, ids->places[place].id);
        if (((place - home) & mask) >= ((place - hole) & mask)) {
            ids->places[hole] = ids->places[place];
            hole = place;
        }
    }
    memset(&ids->places[hole], 0, sizeof ids->places[hole]);
}

void hg_ids_remove(hg_ids *ids, int64_t id)
{
    if (ids->count == 0 || id <= 0)
        return;
    uint32_t mask = ids->capacity - 1;
    uint32_t place = hg_ids_home(ids, id);
    while (ids->places[place].id != id) {
        if (ids->places[place].id == 0)
            return;
        place = (place + 1) & mask;
    }
    close_gap(ids, place);
    ids->count--;
}

bool hg_ids_validate(const hg_ids *ids, const char **reason)
{
    uint32_t found = 0;
    *reason = "an id cannot be found from its home";
    for (uint32_t place = 0; place < ids->capacity; place++) {
        int64_t id = ids->places[place].id;
        if (id == 0)
            continue;
        found++;
        if (id < 0 || hg_ids_get(ids, id) != ids->places[place].row)
            return false;
    }
    *reason = "count differs from the ids found";
    if (found != ids->count)
        return false;
    *reason = "more than half of the places are used";
    if (ids->count > ids->capacity / 2)
        return false;
    *reason = NULL;
    return true;
}
