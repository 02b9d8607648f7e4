/* The floor of the lifecycle: who is ready in each queue, in idle order, and nothing else.
 *
 * It shares no code with the package: one ring of bits per queue, an agent per slot, and the place of each
 * membership in its ring.
 *
 *     slot        0   1   2   3   4   5        a membership that becomes ready takes the slot at `tail`;
 *     live        0   1   0   1   1   .        one that becomes busy clears its bit
 *     agent       7   2   9   4   1   .        longest idle: the first live bit from `head` on
 *                     head            tail
 *
 * One cycle: the agent whose wrap-up is over becomes ready in all its queues; the call that arrives takes the
 * longest idle of its queue, who becomes busy in all. No statuses, no checks, no events, no timers, no
 * interactions: what the engine with all its rules is compared with.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define NOBODY UINT32_MAX

typedef struct floor_ring {
    uint32_t capacity, head, tail; /* slots; a multiple of 64 */
    uint64_t *live;
    uint32_t *agent, *membership; /* by slot */
} floor_ring;

typedef struct floor_centre {
    uint32_t queues, width;       /* memberships of one agent */
    floor_ring *ring;             /* by queue */
    uint32_t *queue_of, *slot_of; /* by membership: agent * width + k */
} floor_centre;

/* Moves the live slots to the front. A ring has twice the slots of its members, so this is rare. */
static void compact(floor_centre *c, floor_ring *r)
{
    uint32_t to = 0;
    for (uint32_t from = r->head; from < r->tail; from++)
        if (r->live[from >> 6] >> (from & 63) & 1) {
            r->agent[to] = r->agent[from];
            r->membership[to] = r->membership[from];
            c->slot_of[r->membership[to]] = to;
            to++;
        }
    memset(r->live, 0, r->capacity / 8);
    for (uint32_t slot = 0; slot < to; slot++)
        r->live[slot >> 6] |= UINT64_C(1) << (slot & 63);
    r->head = 0;
    r->tail = to;
}

static void make_ready(floor_centre *c, uint32_t agent)
{
    for (uint32_t k = 0; k < c->width; k++) {
        const uint32_t membership = agent * c->width + k;
        floor_ring *r = &c->ring[c->queue_of[membership]];
        if (r->tail == r->capacity)
            compact(c, r);
        const uint32_t slot = r->tail++;
        r->live[slot >> 6] |= UINT64_C(1) << (slot & 63);
        r->agent[slot] = agent;
        r->membership[slot] = membership;
        c->slot_of[membership] = slot;
    }
}

static void make_busy(floor_centre *c, uint32_t agent)
{
    for (uint32_t k = 0; k < c->width; k++) {
        const uint32_t membership = agent * c->width + k, slot = c->slot_of[membership];
        c->ring[c->queue_of[membership]].live[slot >> 6] &= ~(UINT64_C(1) << (slot & 63));
    }
}

static uint32_t longest_idle(floor_ring *r)
{
    for (uint32_t word = r->head >> 6; word < (r->tail + 63) >> 6; word++)
        if (r->live[word]) {
            r->head = (word << 6) + (uint32_t)__builtin_ctzll(r->live[word]);
            return r->agent[r->head];
        }
    return NOBODY;
}

void floor_free(floor_centre *c)
{
    if (c == NULL)
        return;
    for (uint32_t q = 0; c->ring != NULL && q < c->queues; q++) {
        free(c->ring[q].live);
        free(c->ring[q].agent);
        free(c->ring[q].membership);
    }
    free(c->ring);
    free(c->queue_of);
    free(c->slot_of);
    free(c);
}

/* All agents ready, by index. NULL: no memory. queue_of: agents * width queues, no agent twice in one. */
floor_centre *floor_create(uint32_t agents, uint32_t queues, uint32_t width, const uint32_t *queue_of)
{
    const size_t memberships = (size_t)agents * width;
    floor_centre *c = calloc(1, sizeof *c);
    if (c == NULL)
        return NULL;
    c->queues = queues;
    c->width = width;
    c->ring = calloc(queues, sizeof *c->ring);
    c->queue_of = malloc(memberships * sizeof *c->queue_of);
    c->slot_of = malloc(memberships * sizeof *c->slot_of);
    int complete = c->ring != NULL && c->queue_of != NULL && c->slot_of != NULL;
    if (complete) {
        memcpy(c->queue_of, queue_of, memberships * sizeof *c->queue_of);
        for (size_t m = 0; m < memberships; m++)
            c->ring[queue_of[m]].capacity++;
        for (uint32_t q = 0; q < queues; q++) {
            floor_ring *r = &c->ring[q];
            r->capacity = (2 * r->capacity + 127) / 64 * 64;
            r->live = calloc(r->capacity / 64, sizeof *r->live);
            r->agent = malloc(r->capacity * sizeof *r->agent);
            r->membership = malloc(r->capacity * sizeof *r->membership);
            complete = complete && r->live != NULL && r->agent != NULL && r->membership != NULL;
        }
    }
    if (!complete) {
        floor_free(c);
        return NULL;
    }
    for (uint32_t agent = 0; agent < agents; agent++)
        make_ready(c, agent);
    return c;
}

/* `count` calls arrive, at queue[k] each; taken[first + k] becomes who takes it, NOBODY where nobody is
 * ready. Before the arrival the agent of an earlier call, returns[k], becomes ready again; NOBODY: none does.
 */
void floor_cycles(floor_centre *c, uint32_t count, const uint32_t *queue, const uint32_t *returns,
                  uint32_t first, uint32_t *taken)
{
    for (uint32_t k = 0; k < count; k++) {
        if (returns[k] != NOBODY)
            make_ready(c, taken[returns[k]]);
        const uint32_t agent = longest_idle(&c->ring[queue[k]]);
        taken[first + k] = agent;
        if (agent != NOBODY)
            make_busy(c, agent);
    }
}
