/* The bare structure of the lifecycle: agents in queues, who is ready as idle rings, and nothing else.
 *
 * One cycle: the agent whose wrap-up is over becomes ready in all its queues; the call that arrives takes the
 * longest idle of its queue, who becomes busy in all; another call ends, its agent's wrap-up begins. No
 * statuses, no checks, no events, no timers: the floor that the engine with all its rules is compared with.
 */
#include <stdlib.h>

#include "huntgroup/idle_ring.h"

typedef struct bare_centre {
    uint32_t agent_count, queue_count, membership_count; /* memberships an agent */
    uint32_t *queue_of;                                  /* by membership: agent * membership_count + k */
    uint32_t *slot_of;                                   /* by membership, HG_NONE: none */
    hg_ring *ring;                                       /* by queue */
    uint64_t step;
} bare_centre;

static int bare_ready(bare_centre *centre, uint32_t agent)
{
    uint64_t key = (++centre->step << HG_AGENT_BITS) | agent;
    uint32_t first = agent * centre->membership_count;
    for (uint32_t m = first; m < first + centre->membership_count; m++) {
        hg_ring *ring = &centre->ring[centre->queue_of[m]];
        if (hg_ring_place(ring, key, m, centre->slot_of, sizeof(uint32_t)) != HG_NONE)
            continue;
        if (hg_ring_reserve(ring, centre->slot_of, sizeof(uint32_t)) != 0)
            return -1;
        hg_ring_place(ring, key, m, centre->slot_of, sizeof(uint32_t));
    }
    return 0;
}

static void bare_busy(bare_centre *centre, uint32_t agent)
{
    uint32_t first = agent * centre->membership_count;
    for (uint32_t m = first; m < first + centre->membership_count; m++) {
        hg_ring_drop(&centre->ring[centre->queue_of[m]], centre->slot_of[m]);
        centre->slot_of[m] = HG_NONE;
    }
}

void bare_free(bare_centre *centre)
{
    if (centre == NULL)
        return;
    for (uint32_t q = 0; centre->ring != NULL && q < centre->queue_count; q++)
        hg_ring_free(&centre->ring[q]);
    free(centre->ring);
    free(centre->queue_of);
    free(centre->slot_of);
    free(centre);
}

/* All agents ready, by index. NULL: no memory. queue_of: agent_count * membership_count queues, no agent
 * twice in one. */
bare_centre *bare_create(uint32_t agent_count, uint32_t queue_count, uint32_t membership_count,
                         const uint32_t *queue_of)
{
    size_t count = (size_t)agent_count * membership_count;
    bare_centre *centre = calloc(1, sizeof *centre);
    if (centre == NULL)
        return NULL;
    centre->agent_count = agent_count;
    centre->queue_count = queue_count;
    centre->membership_count = membership_count;
    centre->ring = calloc(queue_count, sizeof *centre->ring);
    centre->queue_of = malloc(count * sizeof(uint32_t));
    centre->slot_of = malloc(count * sizeof(uint32_t));
    if (centre->ring == NULL || centre->queue_of == NULL || centre->slot_of == NULL) {
        bare_free(centre);
        return NULL;
    }
    for (size_t m = 0; m < count; m++) {
        centre->queue_of[m] = queue_of[m];
        centre->slot_of[m] = HG_NONE;
    }
    for (uint32_t agent = 0; agent < agent_count; agent++) {
        if (bare_ready(centre, agent) != 0) {
            bare_free(centre);
            return NULL;
        }
    }
    return centre;
}

/* `count` calls arrive, at queue[k] each; taken[k] becomes who takes it, HG_NONE for nobody. Before the
 * arrival returns[k] becomes ready again, if it is not HG_NONE and, in it, the index of a call of any
 * earlier cycle: the one that took it. `all_taken` has room for every cycle of the centre's life. */
void bare_cycles(bare_centre *centre, uint32_t count, const uint32_t *queue, const uint32_t *returns,
                 uint32_t first, uint32_t *all_taken)
{
    for (uint32_t k = 0; k < count; k++) {
        if (returns[k] != HG_NONE && bare_ready(centre, all_taken[returns[k]]) != 0)
            return;
        hg_ring *ring = &centre->ring[queue[k]];
        uint32_t slot = hg_ring_next(ring, 0);
        uint32_t agent = slot == HG_NONE ? HG_NONE : hg_ring_agent(ring, slot);
        all_taken[first + k] = agent;
        if (agent != HG_NONE)
            bare_busy(centre, agent);
    }
}
