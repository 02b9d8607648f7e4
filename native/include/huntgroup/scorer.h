/*
 * The C ABI of a scorer of the user's own, version 1.
 *
 * This file has no preprocessor lines, so that C, cffi and Numba read one and the same text; whoever
 * includes it from C includes <stdint.h> before and guards against a second time.
 *
 * A scorer is called once for a decision, with all who may get the interaction, and writes one score for
 * each: higher wins, ties go to the one idle longest. `scores` comes filled with NaN. It returns 1; any
 * other value, or a NaN left in `scores`, means that it failed. It may not keep the pointers, allocate,
 * read a clock or call Python. Cost: whatever it does, on the path of every decision of its queue.
 */

/* Those who may be offered the interaction: `count` of them, one entry each in every column. */
struct hg_score_agents {
    int64_t count;
    const int32_t *index;       /* the engine's agent index */
    const int32_t *tier;        /* of the membership; lower first */
    const int32_t *load;        /* held on the interaction's channel */
    const int32_t *capacity;    /* of that channel, 1 or more */
    const int32_t *proficiency; /* sum over the skills that the requirement names */
    const int64_t *accepted;    /* queued interactions accepted since sign-in */
    const double *user0;        /* the eight numbers of the caller's own on each agent */
    const double *user1;
    const double *user2;
    const double *user3;
    const double *user4;
    const double *user5;
    const double *user6;
    const double *user7;
};

/* The interaction that is to be offered. */
struct hg_score_interaction {
    int64_t id;
    int64_t ref;       /* the caller's reference, -1 if it has none or is a text */
    int64_t waited_ns; /* since it arrived */
    int32_t queue;     /* the engine's queue index */
    int32_t priority;
    double user0; /* the eight numbers of the caller's own */
    double user1;
    double user2;
    double user3;
    double user4;
    double user5;
    double user6;
    double user7;
};

typedef int32_t (*hg_score_function)(const struct hg_score_agents *agents,
                                     const struct hg_score_interaction *interaction, double *scores);
