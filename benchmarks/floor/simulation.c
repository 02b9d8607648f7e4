/* The floor of a simulation: callers, agents of one kind, first come first served, and nothing else. A heap
 * of the instants at which agents are free, an array of callers. It shares no code with the package. */
#include <stdint.h>
#include <stdlib.h>

static void sift(int64_t *heap, int64_t agents)
{
    int64_t place = 0, value = heap[0];
    for (;;) {
        int64_t child = 2 * place + 1;
        if (child >= agents)
            break;
        if (child + 1 < agents && heap[child + 1] < heap[child])
            child++;
        if (heap[child] >= value)
            break;
        heap[place] = heap[child];
        place = child;
    }
    heap[place] = value;
}

/* When each of n callers, who come at `at` and talk for `talk` ns, is answered. 0, or 1 without memory. */
int simulate(int64_t n, int64_t agents, const int64_t *at, const int64_t *talk, int64_t *answered)
{
    int64_t *heap = calloc((size_t)agents, sizeof *heap);
    if (heap == NULL)
        return 1;
    for (int64_t k = 0; k < n; k++) {
        int64_t begins = heap[0] > at[k] ? heap[0] : at[k];
        answered[k] = begins;
        heap[0] = begins + talk[k];
        sift(heap, agents);
    }
    free(heap);
    return 0;
}
