/* What a field costs that is not kept, for the benchmark of memory: each loop once with the field and once
 * without, on plain arrays of as many bytes as the engine's. It shares no code with the package.
 *
 *     ring of a queue   slot      0    1    2    3          `slots` places, all in use
 *                       member    7    2    9    4          the membership in each
 *                       key      11   12   15   20          when its agent became idle; sorted
 *     membership m      agent m / width, queue m % width of that agent's list; its ring and its slot there
 *     agent             `stride` bytes: its key, and in how many rings it is live
 *
 * Each function does `count` operations and returns a sum of what it found, so that no compiler leaves any
 * out; the sums with and without a field are the same.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

typedef struct {
    uint32_t agents, width, rings, slots, stride;
    uint32_t *ring_of, *slot_of; /* of each membership */
    uint32_t *member;            /* of each slot, ring by ring */
    uint64_t *key;               /* of each slot */
    volatile uint8_t *live;      /* of each slot; volatile, so that clearing and setting are two writes */
    uint8_t *agent;              /* rows of `stride` bytes */
} absence;

static uint64_t drawn(uint64_t *state)
{
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    return *state;
}

void absence_free(absence *c)
{
    if (c == NULL)
        return;
    free(c->ring_of);
    free(c->slot_of);
    free(c->member);
    free(c->key);
    free((void *)c->live);
    free(c->agent);
    free(c);
}

/* Memberships are dealt to the rings in turn, in an order of agents drawn by the seed. NULL: no memory.
 * `agents` times `width` must be a multiple of `rings`, and `rings` at least `width`. */
absence *absence_create(uint32_t agents, uint32_t width, uint32_t rings, uint32_t stride, uint64_t seed)
{
    const size_t memberships = (size_t)agents * width;
    absence *c = calloc(1, sizeof *c);
    uint32_t *order = malloc(agents * sizeof *order);
    if (c == NULL || order == NULL) {
        free(order);
        free(c);
        return NULL;
    }
    c->agents = agents;
    c->width = width;
    c->rings = rings;
    c->slots = (uint32_t)(memberships / rings);
    c->stride = stride;
    c->ring_of = malloc(memberships * sizeof *c->ring_of);
    c->slot_of = malloc(memberships * sizeof *c->slot_of);
    c->member = malloc(memberships * sizeof *c->member);
    c->key = malloc(memberships * sizeof *c->key);
    c->live = malloc(memberships);
    c->agent = calloc(agents, stride);
    if (!c->ring_of || !c->slot_of || !c->member || !c->key || !c->live || !c->agent) {
        free(order);
        absence_free(c);
        return NULL;
    }
    for (uint32_t k = 0; k < agents; k++)
        order[k] = k;
    for (uint32_t k = agents - 1; k > 0; k--) {
        const uint32_t other = (uint32_t)(drawn(&seed) % (k + 1)), kept = order[k];
        order[k] = order[other];
        order[other] = kept;
    }
    memset((void *)c->live, 1, memberships);
    size_t dealt = 0;
    for (uint32_t k = 0; k < agents; k++) {
        const uint64_t key = k;
        memcpy(c->agent + (size_t)order[k] * stride, &key, sizeof key);
        c->agent[(size_t)order[k] * stride + sizeof key] = (uint8_t)width;
        for (uint32_t w = 0; w < width; w++, dealt++) {
            const uint32_t m = order[k] * width + w, ring = (uint32_t)(dealt % rings);
            const uint32_t slot = (uint32_t)(dealt / rings);
            const size_t place = (size_t)ring * c->slots + slot;
            c->ring_of[m] = ring;
            c->slot_of[m] = slot;
            c->member[place] = m;
            c->key[place] = key;
        }
    }
    free(order);
    return c;
}

/* The first slot of a ring, from its `from`th on, whose agent has been idle since `key` or later. */
uint64_t absence_search(absence *c, int with_keys, uint32_t count, uint32_t far, uint64_t seed)
{
    uint64_t sum = 0;
    for (uint32_t k = 0; k < count; k++) {
        const size_t first = (size_t)(drawn(&seed) % c->rings) * c->slots;
        const uint32_t from = (uint32_t)(drawn(&seed) % (c->slots - far));
        const uint64_t wanted = c->key[first + from + far - 1];
        for (uint32_t slot = from; slot < c->slots; slot++) {
            uint64_t key;
            if (with_keys)
                key = c->key[first + slot];
            else
                memcpy(&key, c->agent + (size_t)(c->member[first + slot] / c->width) * c->stride, sizeof key);
            if (key >= wanted) {
                sum += slot;
                break;
            }
        }
    }
    return sum;
}

/* An agent becomes busy and ready again: its bit in each of its rings is cleared and set. */
uint64_t absence_busy(absence *c, int with_slots, uint32_t count, uint64_t seed)
{
    uint64_t sum = 0;
    for (uint32_t k = 0; k < count; k++) {
        const uint32_t agent = (uint32_t)(drawn(&seed) % c->agents);
        for (uint32_t m = agent * c->width; m < (agent + 1) * c->width; m++) {
            const size_t first = (size_t)c->ring_of[m] * c->slots;
            uint32_t slot = c->slot_of[m];
            if (!with_slots)
                for (slot = 0; c->member[first + slot] != m; slot++)
                    ;
            c->live[first + slot] = 0;
            c->live[first + slot] = 1;
            sum += slot;
        }
    }
    return sum;
}

/* Who is at a ring's head goes to its end: into a place kept free there, or with all others moved. */
uint64_t absence_append(absence *c, int with_reserve, uint32_t count, uint64_t seed)
{
    uint64_t sum = 0;
    for (uint32_t k = 0; k < count; k++) {
        const size_t first = (size_t)(drawn(&seed) % c->rings) * c->slots;
        const uint32_t member = c->member[first], last = c->slots - 1;
        const uint64_t key = c->key[first];
        if (!with_reserve) {
            memmove(c->member + first, c->member + first + 1, last * sizeof *c->member);
            memmove(c->key + first, c->key + first + 1, last * sizeof *c->key);
            for (uint32_t slot = 0; slot < last; slot++)
                c->slot_of[c->member[first + slot]] = slot;
        }
        c->member[first + last] = member;
        c->key[first + last] = key;
        c->slot_of[member] = last;
        sum += last;
    }
    return sum;
}

/* Is an agent ready in a queue? A count in its row, or its memberships asked one by one. */
uint64_t absence_count(absence *c, int with_counts, uint32_t count, uint64_t seed)
{
    uint64_t sum = 0;
    for (uint32_t k = 0; k < count; k++) {
        const uint32_t agent = (uint32_t)(drawn(&seed) % c->agents);
        uint32_t ready = 0;
        if (with_counts)
            ready = c->agent[(size_t)agent * c->stride + sizeof(uint64_t)];
        else
            for (uint32_t m = agent * c->width; m < (agent + 1) * c->width; m++)
                ready += c->live[(size_t)c->ring_of[m] * c->slots + c->slot_of[m]];
        sum += ready;
    }
    return sum;
}
