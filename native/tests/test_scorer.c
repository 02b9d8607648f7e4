/* The scorer's ABI is a layout: others compile against it, so it may not move. */
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "huntgroup/scorer.h"

_Static_assert(sizeof(struct hg_score_interaction) == 96, "the interaction's layout moved");
_Static_assert(offsetof(struct hg_score_interaction, waited_ns) == 16, "waited_ns moved");
_Static_assert(offsetof(struct hg_score_interaction, user0) == 32, "user0 moved");
_Static_assert(sizeof(struct hg_score_agents) == 8 + 14 * sizeof(void *), "the agents' layout moved");

/* Lowest distance of the first number wins: what the example in the documentation does. */
static int32_t closest(const struct hg_score_agents *agents, const struct hg_score_interaction *interaction,
                       double *scores)
{
    for (int64_t k = 0; k < agents->count; k++) {
        double distance = agents->user0[k] - interaction->user0;
        scores[k] = distance < 0 ? distance : -distance;
    }
    return 1;
}

int main(void)
{
    const double place[3] = {10.0, 52.5, 48.0};
    double scores[3] = {0.0, 0.0, 0.0};
    struct hg_score_agents agents = {.count = 3, .user0 = place};
    struct hg_score_interaction interaction = {.id = 1, .user0 = 48.1};
    hg_score_function score = closest;
    if (score(&agents, &interaction, scores) != 1 || !(scores[2] > scores[1] && scores[1] > scores[0])) {
        fprintf(stderr, "the scorer did not order the agents by distance\n");
        return 1;
    }
    return 0;
}
